"""Every small break of a Python source: signs, factors, comparisons, arguments, statements.

Left out is what only the eye can judge (line widths, font sizes, coordinates of drawings), what
stands in an error's text, and what is no code: docstrings, annotations, imports.
"""

import ast
from typing import NamedTuple

SWAPPED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.And: ast.Or, ast.Or: ast.And,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Lt: ast.GtE, ast.GtE: ast.Lt,
    ast.Gt: ast.LtE, ast.LtE: ast.Gt,
}  # fmt: skip
BOUNDARY = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
LOOKS = {
    "alpha", "boxstyle", "bbox_to_anchor", "columns", "fontsize", "figsize", "ha", "height",
    "height_ratios", "layout", "linespacing", "loc", "lw", "markerscale", "mew", "ms", "ncols",
    "num_columns", "pad", "padding", "s", "scale", "style", "va", "weight", "width",
    "width_ratios", "x", "DRAWINGS", "help", "metavar",
    "readout_format", "xticks", "yticks",
}  # fmt: skip


class Mutation(NamedTuple):
    """One small break.

    Attributes:
        line: Where, from 1.
        old, new: The piece of source before and after.
        source: The whole source after.
    """

    line: int
    old: str
    new: str
    source: str


def all_mutations(source):
    """Every `Mutation` of a source text, in order of place."""
    raw, tree, found = source.encode(), ast.parse(source), []
    starts = [0]
    for line in raw.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in _code(tree):
        for target, text in _breaks(node):
            begin = starts[target.lineno - 1] + target.col_offset
            end = starts[target.end_lineno - 1] + target.end_col_offset
            old, new = raw[begin:end].decode(), text
            mutated = (raw[:begin] + new.encode() + raw[end:]).decode()
            found.append(Mutation(target.lineno, old, new, mutated))
    return sorted(found, key=lambda mutation: mutation.line)


def _code(node):
    """The nodes that do something that a test could notice."""
    yield node
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or field in ("annotation", "returns"):
                continue
            if isinstance(child, (ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom)):
                if isinstance(child, ast.Raise):
                    yield ast.copy_location(ast.Raise(), child)
            elif not (_is_looks(child) or _order_is_idle(node, child)):
                yield from _code(child)


def _order_is_idle(parent, child):
    """Whether a tuple only lists what to look for: `x in (a, b)`, `except (A, B)`."""
    listing = isinstance(parent, ast.ExceptHandler) or (
        isinstance(parent, ast.Compare) and isinstance(parent.ops[0], (ast.In, ast.NotIn))
    )
    return listing and isinstance(child, ast.Tuple)


def _is_looks(node):
    if isinstance(node, ast.Assign):
        return {getattr(target, "id", "") for target in node.targets} & LOOKS
    return isinstance(node, ast.keyword) and node.arg in LOOKS


def _breaks(node):
    """Pairs of the node to replace and the text to put in its place."""
    if isinstance(node, (ast.BinOp, ast.BoolOp)) and type(node.op) in SWAPPED:
        yield node, _text(node, op=SWAPPED[type(node.op)]())
    elif isinstance(node, ast.Compare):
        for table in (SWAPPED, BOUNDARY):
            operators = [table.get(type(op), type(op))() for op in node.ops]
            if [type(op) for op in operators] != [type(op) for op in node.ops]:
                yield node, _text(node, ops=operators)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield node, f"({ast.unparse(node.operand)})"
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield node, str(not node.value)
        elif isinstance(node.value, int):
            yield node, str(node.value + 1)
        elif isinstance(node.value, float):
            yield node, str(2 * node.value or 1.0)
    elif isinstance(node, ast.IfExp):
        yield node, _text(node, body=node.orelse, orelse=node.body)
    elif isinstance(node, ast.Call):
        yield from _broken_calls(node)
    elif isinstance(node, ast.Tuple) and 2 <= len(node.elts) <= 3 and not _slices(node):
        yield from ((node, text) for text in _neighbours_swapped(node, "elts"))
    elif _can_be_left_out(node):
        yield node, "pass"


def _can_be_left_out(node):
    """Whether a statement can go without a NameError that any test would notice."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, (ast.Constant, ast.Yield))
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Attribute)
    if isinstance(node, ast.If):
        return not node.orelse
    return isinstance(node, (ast.Raise, ast.AugAssign))


def _slices(node):
    return any(isinstance(element, ast.Slice) for element in node.elts)


def _broken_calls(call):
    """A call with two arguments swapped, or without one of its keywords."""
    yield from ((call, text) for text in _neighbours_swapped(call, "args"))
    for keyword in call.keywords:
        if keyword.arg and keyword.arg not in LOOKS:
            yield call, _text(call, keywords=[k for k in call.keywords if k is not keyword])


def _neighbours_swapped(node, field):
    """Texts of the node with two neighbours of a list swapped, where that changes something."""
    items = getattr(node, field)
    for i in range(len(items) - 1):
        if ast.dump(items[i]) != ast.dump(items[i + 1]):
            swapped = [*items[:i], items[i + 1], items[i], *items[i + 2 :]]
            yield _text(node, **{field: swapped})


def _text(node, **changes):
    """A changed copy of an expression as source, in parentheses where it could need them."""
    fields = {**dict(ast.iter_fields(node)), **changes}
    text = ast.unparse(ast.copy_location(type(node)(**fields), node))
    return text if isinstance(node, ast.Call) or text.startswith("(") else f"({text})"
