"""How nbgrader makes a student's version (`make release`); also for teachers who grade with it."""

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "hue"
c.ClearSolutions.code_stub = {
    "python": 'raise NotImplementedError("Put your answer in place of this line.")'
}
c.ClearSolutions.text_stub = "Write your report here."
c.Execute.timeout = 60
c.IgnorePattern.enabled = True  # a warning on stderr is no wrong answer
c.IgnorePattern.pattern = r"(?s).*"
