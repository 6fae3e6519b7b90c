import pytest

from hub.sandbox.refusals import Reason, TwilioRefusal
from hub.sandbox.templates import SAMPLE_TEMPLATES, Template, find, read_variables

GREETING = Template("greeting", "en", "Hello {{1}}, {{ code }}!", {"1": "Sara"})


def test_values_come_to_their_places_and_the_rest_keep_their_own() -> None:
    assert GREETING.render({"code": "42", "unused": "x"}) == "Hello Sara, 42!"
    assert GREETING.render({"1": "{{code}}", "code": "$1"}) == "Hello {{code}}, $1!", "a value is no template"


def test_a_place_without_a_value_is_a_mistake() -> None:
    with pytest.raises(TwilioRefusal) as caught:
        GREETING.render({})
    assert caught.value.reason is Reason.BAD_VARIABLES


@pytest.mark.parametrize("given", ["{", "[]", '"x"', '{"1": 2}', '{"1": null}', '{"1": ""}'])
def test_variables_are_an_object_of_texts(given: str) -> None:
    with pytest.raises(TwilioRefusal):
        read_variables(given)


def test_samples_are_in_both_languages_found_by_sid_and_one_waits_for_approval() -> None:
    assert {one.language for one in SAMPLE_TEMPLATES if one.approved} == {"en", "fa"}
    assert [one.status for one in SAMPLE_TEMPLATES].count("pending") == 1
    assert all(find(SAMPLE_TEMPLATES, one.sid) is one for one in SAMPLE_TEMPLATES)
    with pytest.raises(TwilioRefusal):
        find(SAMPLE_TEMPLATES, GREETING.sid)
