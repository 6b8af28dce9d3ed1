"""Compiled steps that are traced anew when what they have taken in is no longer so."""

from .optimizers import check_known


def renewed(trainer, name, make):
    """A compiled function of a trainer that makes itself anew when it is out of date.

    A traced step moves the weights that were trainable when it was traced, with the functions of
    then: what is set later, it would never see.

    Args:
        trainer: A compiled `Trainer`.
        name: Of the attribute that holds the function.
        make: Makes that attribute anew, called with `force=True`.

    Returns:
        The function, to be put in place of the other.

    Raises:
        ValueError: A player has weights that its optimizer does not know.
    """
    function, before = getattr(trainer, name), _taken_in(trainer)
    for player in trainer.players.values():
        check_known(player)

    def step(iterator):
        now = _taken_in(trainer)
        if len(now) == len(before) and all(a is b for a, b in zip(now, before)):
            return function(iterator)
        make(force=True)
        return getattr(trainer, name)(iterator)

    return step


def _taken_in(trainer):
    """What a traced step holds fast: whom it moves, with which optimizers and functions."""
    players = trainer.players.values()
    weights = (weight for player in players for weight in player.network.trainable_variables)
    optimizers = (player.optimizer for player in players)
    functions = (vars(trainer).get(name) for name in trainer.functions)
    return [*weights, *optimizers, *functions, *trainer.settings.taken_in(type(trainer))]
