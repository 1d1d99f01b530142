"""Sentences and requests as results."""

from serving_widgets.render import RequestCard, message, problem_html


def test_a_message_is_its_text_and_its_paragraphs():
    said = message("churn was deleted.\nFor good.\n\n<b>")
    assert repr(said) == "churn was deleted.\nFor good.\n\n<b>"
    assert said._repr_html_() == "<p>churn was deleted.<br>\nFor good.</p>\n<p>&lt;b&gt;</p>"


def test_a_problem_says_what_happened_and_what_to_do():
    assert (
        problem_html({"message": "<No>", "hint": "Do & see"})
        == "<p><strong>&lt;No&gt;</strong></p>\n<p>Do &amp; see</p>"
    )
    assert problem_html({"message": "No", "hint": ""}) == "<p><strong>No</strong></p>"


def test_a_request_that_was_not_sent_says_so_and_shows_method_path_and_body():
    card = RequestCard("PUT", "/api/2.0/x", {"a": "<é>"})
    assert repr(card) == 'Nothing was changed. This request would be sent:\n\nPUT /api/2.0/x\n{\n  "a": "<é>"\n}'
    assert "PUT /api/2.0/x\n{\n  &quot;a&quot;: &quot;&lt;é&gt;&quot;\n}" in card._repr_html_()


def test_a_request_without_a_body_is_one_line():
    assert repr(RequestCard("POST", "/x")).endswith("\n\nPOST /x")
