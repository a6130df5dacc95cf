"""Bringing lists from elsewhere."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from outreach.audience import ledger, preferences
from outreach.audience.imports import FaultyLine, ImportReport, ImportRequest, import_csv
from outreach.audience.models import Consent, Subscriber, SubscriptionState, Wording
from outreach.audience.queries import by_address
from outreach.delivery.addresses import address_hash
from outreach.delivery.models import Address, SuppressionReason
from outreach.delivery.suppressions import suppress
from outreach.errors import NotFound, Refused
from tests.audience.conftest import KEY, REPOSITORY, House

STATEMENT = "Signed the paper list at our conference in Lima, 3 March 2026"
COUNTS = ("new", "changed", "unchanged", "left", "suppressed", "repeated", "faulty_count")


def run(house: House, file: Path, **changes: Any) -> ImportReport:  # noqa: ANN401
    request = replace(ImportRequest(file, "news", STATEMENT), **changes)
    return import_csv(house.database, request, key=KEY, now=house.now)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


def person(house: House, address: str) -> Subscriber:
    with house.database.reading() as session:
        return by_address(session, address)


def counts(report: ImportReport) -> dict[str, int]:
    return {name: getattr(report, name) for name in COUNTS if getattr(report, name)}


def number_of(house: House, row: type[Subscriber] | type[Address] | type[Consent]) -> int:
    with house.database.reading() as session:
        return session.scalars(select(func.count()).select_from(row)).one()


def test_the_sample_is_imported_whole(house: House) -> None:
    (sample,) = (REPOSITORY / "subscribers" / "import").glob("*.csv")
    report = run(house, sample)
    assert counts(report) == {"new": 12}
    found = person(house, "genevieve.cote@example.net")
    assert (found.first_name, found.language, found.country) == ("Geneviève", "fr-CA", "CA")
    assert (found.time_zone, found.organisation) == ("America/Toronto", "Institut Exemple")
    assert house.states(found.id) == {"news": SubscriptionState.CONFIRMED}


def test_each_consent_is_in_the_ledger_with_the_statement(house: House, file: Path) -> None:
    file.write_text("email\none@example.org\ntwo@example.org\n")
    run(house, file)
    assert house.said() == [("news", "granted", "import")] * 2
    line = house.lines()[0]
    assert line.source == "import list.csv"
    with house.database.reading() as session:
        assert session.get_one(Wording, line.wording_id).text == STATEMENT
        assert ledger.verify(session).whole


def test_a_second_run_changes_nothing(house: House, file: Path) -> None:
    file.write_text("email,language\none@example.org,fr\ntwo@example.org,es\n")
    assert counts(run(house, file)) == {"new": 2}
    assert counts(run(house, file)) == {"unchanged": 2}
    assert len(house.lines()) == 2


def test_a_dry_run_counts_the_same_and_writes_nothing(house: House, file: Path) -> None:
    house.subscribe("known@example.org", "events")
    left = house.subscribe("left@example.org", "news")
    house.leave(left, "news")
    with house.database.transaction() as session:
        hashed = address_hash("stopped@example.org", KEY)
        suppress(session, hashed, SuppressionReason.BOUNCE, house.now)
    file.write_text(
        "email,first name\nnew@example.org,New\nknown@example.org,\nleft@example.org,\n"
        "stopped@example.org,\nNEW@example.org,\nnobody\n"
    )
    before = number_of(house, Subscriber), number_of(house, Consent), number_of(house, Address)
    dry = run(house, file, dry_run=True)
    after = number_of(house, Subscriber), number_of(house, Consent), number_of(house, Address)
    assert before == after
    with house.database.reading() as session:
        assert session.scalars(select(Wording).where(Wording.version == "import")).all() == []
    wet = run(house, file)
    assert dry == wet
    assert counts(wet) == dict.fromkeys(
        ("new", "changed", "left", "suppressed", "repeated", "faulty_count"), 1
    )
    assert wet.lines == sum(counts(wet).values())


def test_an_unsubscribe_is_never_overridden(house: House, file: Path) -> None:
    topic = house.subscribe("topic@example.org")
    everything = house.subscribe("everything@example.org", "events")
    house.leave(topic, "news")
    with house.database.transaction() as session:
        preferences.leave_all(session, everything, house.now)
    house.sign_up("topic@example.org")
    file.write_text("email\ntopic@example.org\neverything@example.org\n")
    assert counts(run(house, file)) == {"left": 2}
    assert house.states(topic) == {"news": SubscriptionState.UNSUBSCRIBED}
    assert house.states(everything) == {"events": SubscriptionState.UNSUBSCRIBED}


def test_a_suppressed_address_is_not_even_kept(house: House, file: Path) -> None:
    with house.database.transaction() as session:
        hashed = address_hash("erased@example.org", KEY)
        suppress(session, hashed, SuppressionReason.ERASED, house.now)
    file.write_text("email\nErased@Example.org\n")
    assert counts(run(house, file)) == {"suppressed": 1}
    assert number_of(house, Address) == 0


def test_gaps_are_filled_and_what_people_told_us_stays(house: House, file: Path) -> None:
    number = house.subscribe("amina@example.org", "news", first_name="Amina", language="fr")
    file.write_text("email,first name,last name,language\namina@example.org,Anna,Diallo,es\n")
    assert counts(run(house, file)) == {"changed": 1}
    found = house.person(number)
    assert (found.first_name, found.last_name, found.language) == ("Amina", "Diallo", "fr")
    assert len(house.lines()) == 1


def test_who_waits_for_a_confirmation_is_confirmed_by_the_statement(
    house: House, file: Path
) -> None:
    house.sign_up("amina@example.org")
    file.write_text("email\namina@example.org\n")
    assert counts(run(house, file)) == {"changed": 1}
    assert house.said() == [("news", "granted", "import")]


def test_faulty_lines_are_told_with_their_number_and_the_rest_is_imported(
    house: House, file: Path
) -> None:
    file.write_text(
        "email,first name,country\n"
        "one@example.org,One,FR\n"
        "\n"
        "not an address,Two,FR\n"
        f"three@example.org,{'x' * 300},FR\n"
        "four@example.org,Four,Atlantis\n"
        "five@example.org,Five,FR,surplus\n"
        ",Six,FR\n"
        "seven@example.org,www.example.org,FR\n"
        'eight@example.org,"Eight,FR\n'
        "nine@example.org,Nine,FR\n"
    )
    report = run(house, file)
    assert [fault.number for fault in report.faulty] == [4, 5, 6, 7, 8, 9, 10]
    assert counts(report) == {"new": 2, "faulty_count": 7}
    said = [str(fault.sentence) for fault in report.faulty]
    assert "not an address" in said[0]
    assert "100 characters" in said[1]
    assert "Atlantis" in said[2]


def test_faults_can_be_taken_one_by_one(house: House, file: Path) -> None:
    file.write_text("email\nnobody\nnothing\n")
    told: list[FaultyLine] = []
    request = ImportRequest(file, "news", STATEMENT)
    report = import_csv(house.database, request, key=KEY, now=house.now, on_fault=told.append)
    assert [fault.number for fault in told] == [2, 3]
    assert (report.faulty, report.faulty_count) == ([], 2)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_line_end_is_read(
    house: House, file: Path, encoding: str, delimiter: str, end: str
) -> None:
    rows = [("Adresse e-mail", "Prénom", "Nom"), ("zoe@example.org", "Zoé", "Núñez – d’Arc")]
    file.write_bytes("".join(delimiter.join(row) + end for row in rows).encode(encoding))
    assert counts(run(house, file)) == {"new": 1}
    found = person(house, "zoe@example.org")
    assert (found.first_name, found.last_name) == ("Zoé", "Núñez – d’Arc")


@pytest.mark.parametrize(
    "header",
    [
        "Email Address,First Name,Last Name,Preferred Language",
        "EMAIL;PRENOM;NOM;LANGUE",
        "Correo electrónico;Nombre;Apellidos;Idioma",
        "courriel\tprénom\tnom de famille\tlangue",
        '"E-mail","first_name","LAST NAME","lang"',
    ],
)
def test_columns_are_known_by_their_names_in_three_languages(
    house: House, file: Path, header: str
) -> None:
    delimiter = next(sign for sign in ",;\t" if sign in header)
    file.write_text(f"{header}\n" + delimiter.join(("zoe@example.org", "Zoé", "Díaz", "Español")))
    assert counts(run(house, file)) == {"new": 1}
    found = person(house, "zoe@example.org")
    assert (found.first_name, found.last_name, found.language) == ("Zoé", "Díaz", "es")


def test_the_quirks_of_excel_and_others_are_taken(house: House, file: Path) -> None:
    file.write_text(
        'sep=;\nEmail;Name;Pays;Statut;Notes\nzoe@example.org;Zoé Díaz Peña;Pérou;abonné;"a\n;b"\n'
        "gone@example.org;Gone;;unsubscribed;\n"
    )
    report = run(house, file)
    assert counts(report) == {"new": 1, "faulty_count": 1}
    assert report.ignored_columns == ("Notes",)
    assert report.faulty[0].number == 5
    found = person(house, "zoe@example.org")
    assert (found.first_name, found.last_name, found.country) == ("Zoé", "Díaz Peña", "PE")


def test_addresses_of_other_scripts_are_taken(house: House, file: Path) -> None:
    file.write_text("email\nzoé@exämple.org\nZoe@EXÄMPLE.org\nzoe@xn--exmple-cua.org\n")
    assert counts(run(house, file)) == {"new": 2, "repeated": 1}
    with house.database.reading() as session:
        domains = set(session.scalars(select(Address.domain)))
    assert domains == {"xn--exmple-cua.org"}


def test_hostile_lines_cost_only_themselves(house: House, file: Path) -> None:
    file.write_bytes(
        b"email,name\n"
        b"a\x00b@example.org,Nul\n" + b"x" * 10_000_000 + b"\n"
        b"\x81\x8d@example.org,Bytes\n"
        b'one@example.org,"' + b"never\n" * 30 + b"last@example.org,Last\n"
    )
    report = run(house, file)
    assert counts(report)["new"] == 1
    assert person(house, "last@example.org").first_name == "Last"
    assert [fault.number for fault in report.faulty[:4]] == [2, 3, 4, 5]
    assert report.lines == sum(counts(report).values())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "empty"),
        (b"one@example.org\ntwo@example.org\n", "name the columns"),
        (b"first name,last name\nA,B\n", "e-mail address"),
        (b"email,E-Mail\na@example.org,b@example.org\n", "2 columns"),
        (b"email,first name,Vorname,prenom\n", "first_name"),
        (b"email\x00,name\n", "cannot be read"),
        (b"e" * 1_000_000, "cannot be read"),
    ],
)
def test_a_file_without_a_proper_header_is_refused(
    house: House, file: Path, text: bytes, words: str
) -> None:
    file.write_bytes(text)
    with pytest.raises(Refused, match=words):
        run(house, file)
    assert number_of(house, Address) == 0


def test_without_a_consent_statement_nothing_is_imported(house: House, file: Path) -> None:
    file.write_text("email\none@example.org\n")
    for statement in ("", "   ", "yes", "x" * 3000):
        with pytest.raises(Refused, match="consent"):
            run(house, file, statement=statement)
    with pytest.raises(NotFound, match="gossip"):
        run(house, file, topic="gossip")
    with pytest.raises(Refused, match="cannot be read"):
        run(house, file.parent / "elsewhere" / "list.csv")
    assert number_of(house, Address) == 0


def test_more_than_a_batch_is_imported_and_progress_is_told(house: House, file: Path) -> None:
    file.write_text("email\n" + "".join(f"person{each}@example.org\n" for each in range(1500)))
    told: list[tuple[int, int]] = []
    report = import_csv(
        house.database,
        ImportRequest(file, "news", STATEMENT),
        key=KEY,
        now=house.now,
        progress=lambda read, size: told.append((read, size)),
    )
    assert counts(report) == {"new": 1500}
    assert len(told) > 2
    assert told[-1] == (file.stat().st_size, file.stat().st_size)
    with house.database.reading() as session:
        found = ledger.verify(session)
    assert (found.lines, found.whole) == (1500, True)


def test_an_import_that_was_cut_off_goes_on_where_it_was(house: House, file: Path) -> None:
    lines = [f"person{each}@example.org\n" for each in range(600)]
    file.write_text("email\n" + "".join(lines))

    def cut(_read: int, _size: int) -> None:
        raise KeyboardInterrupt

    request = ImportRequest(file, "news", STATEMENT)
    with pytest.raises(KeyboardInterrupt):
        import_csv(house.database, request, key=KEY, now=house.now, progress=cut)
    written = number_of(house, Subscriber)
    assert 0 < written < 600
    later = replace(request, statement=STATEMENT + ".")
    report = import_csv(house.database, later, key=KEY, now=house.now + timedelta(hours=1))
    assert counts(report) == {"new": 600 - written, "unchanged": written}
    assert number_of(house, Consent) == 600


@given(
    st.one_of(
        st.binary(max_size=400).map(lambda tail: b"email,name\n" + tail),
        st.binary(max_size=200),
        st.lists(
            st.tuples(st.sampled_from(["a@example.org", "B@example.org", "c", ""]), st.text()),
            max_size=8,
        ).map(lambda rows: _joined(rows)),
    )
)
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_a_file_holds_every_line_is_accounted_for(
    house: House, file: Path, content: bytes
) -> None:
    file.write_bytes(content)
    try:
        report = run(house, file, dry_run=True)
    except Refused:
        return
    assert report.lines == sum(counts(report).values())
    assert len(report.faulty) == report.faulty_count


def _joined(rows: list[tuple[str, str]]) -> bytes:
    lines = "".join(f"{address};{name}\n" for address, name in rows)
    return ("email;name\n" + lines).encode("utf-8", "surrogatepass")
