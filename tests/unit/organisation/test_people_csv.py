"""People exported from another system, a line each."""

from __future__ import annotations

import pytest

from crisis.config.people_csv import Listed, read_people_csv
from crisis.organisation import Organisation
from crisis.yamlfile import NotAcceptable
from tests.unit.organisation.conftest import Files

CHANNELS = ("email", "sms")


def listed(text: str) -> Listed:
    """What is read of a CSV file."""
    return read_people_csv(text, "people.csv", CHANNELS)


def test_people_have_fields_and_addresses() -> None:
    """Several values are separated by blanks; an empty cell says nothing."""
    people = listed(
        "\ufeffid,name,language,site,building,floor,functions,days,hours,email,sms\n"
        'e9,"Doe, Jane",en,hq,a,-1,first second,monday friday,19:00-07:00,j@example.org,\n'
        "\n"
        "e8,Zoé,fr,hq,,,,,,,+33639980108\n"
    ).people
    assert list(people) == ["e9", "e8"]
    jane = people["e9"]
    assert (jane.name, jane.floor, jane.functions) == ("Doe, Jane", "-1", ("first", "second"))
    assert jane.days == ("monday", "friday")
    assert jane.hours is not None
    assert jane.addresses == {"email": "j@example.org"}
    assert (people["e8"].building, people["e8"].days) == (None, None)
    assert people["e8"].addresses == {"sms": "+33639980108"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id,name,language\n",
         'people.csv:1:1 [missing-field] the first line has no column "site"'),
        ("", 'people.csv:1:1 [missing-field] the first line has no column "id"'),
        ("id,name,language,site,emial\n",
         'people.csv:1:1 [unknown-field] there is no column "emial"; did you mean "email"?'),
        ("id,name,language,site,site\n",
         'people.csv:1:1 [duplicate-name] the column "site" stands here twice; take one out'),
        ("id,name,language,site\ne1,A,en\n",
         "people.csv:2:1 [not-csv] this line has 3 values for 4 columns; mend its commas"),
        ("id,name,language,site\nE 1,A,en,hq\n", 'people.csv:2:1 [name] "E 1" is not an id'),
        ("id,name,language,site\n,A,en,hq\n", 'people.csv:2:1 [name] "" is not an id'),
        ("id,name,language,site\ne1,A,en,hq\ne1,B,en,hq\n",
         'people.csv:3:1 [duplicate-name] "e1" stands in line 2 already'),
        ("id,name,language,site,hours\ne1,A,en,hq,7-19\n", "people.csv:2:1 [hours] e1: "),
        ("id,name,language,site\ne1,,en,hq\n", "people.csv:2:1 [missing-field] "),
        ('id,name,language,site\ne1,"A,en,hq\n', "people.csv:2:1 [not-csv] what begins here"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_line(text: str, expected: str) -> None:
    """A wrong line is said with its number, and the others are read all the same."""
    found = [str(finding) for finding in listed(text).findings]
    assert any(one.startswith(expected) for one in found), found


def test_people_of_both_files_make_one_directory(files: Files) -> None:
    """The CSV adds to the YAML; its people are in audiences like everybody else."""
    more = "id,name,language,site,building,email\nz1,Zed,en,annex,main,zed@example.org\n"
    organisation = Organisation.from_files({**files, "people.csv": more})
    assert organisation.directory.name("z1") == "Zed"
    assert organisation.directory.name("e101") == "Claire Fontaine"


def test_findings_about_csv_people_stand_at_their_line(files: Files) -> None:
    """Cross checks point into the CSV where the person is there; twins are refused."""
    more = "id,name,language,site\nz1,Zed,en,hq\nz2,Zoe,en,nowhere\n"
    with pytest.raises(NotAcceptable, match=r"csv:3:1 \[unknown-name\] z2: there is no site"):
        Organisation.from_files({**files, "people.csv": more})
    twin = "id,name,language,site\ne101,Zed,en,hq\n"
    with pytest.raises(NotAcceptable, match=r'"e101" stands in people\.yaml too'):
        Organisation.from_files({**files, "people.csv": twin})
    silent = Organisation.from_files({**files, "people.csv": more.split("z2", maxsplit=1)[0]})
    [found] = silent.findings
    assert str(found).startswith("people.csv:2:1 [no-address] warning: z1: nothing can reach")
