"""Many lines in little memory."""

from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.workspace.logs import line_store
from serving_widgets.workspace.logs.line_store import LineStore

STEPS = st.lists(st.lists(st.text("ab\x1b[m", max_size=3), max_size=7) | st.integers(0, 5), max_size=12)


@given(STEPS)
def test_lines_come_and_go_as_they_do_of_a_list(steps):
    block, line_store.BLOCK = line_store.BLOCK, 4
    try:
        store, expected = LineStore(), []
        for step in steps:
            if isinstance(step, list):
                store.extend(step)
                expected += step
            else:
                store.drop(min(step, len(expected)))
                del expected[: min(step, len(expected))]
            assert len(store) == len(expected)
            assert list(store) == store[:] == expected
            assert store[1:3] == expected[1:3]
            assert store.text_from(2) == "".join(f"{line}\n" for line in expected[2:])
            assert [store[at] for at in range(len(expected))] == expected
            told = [(place + at, block[at]) for place, block in store.blocks() for at in range(len(block))]
            assert [line for at, line in told if at >= 0] == expected
    finally:
        line_store.BLOCK = block
