"""The superbill as PDF: every name prints, nothing is read as markup, and the compiler sees its template only."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
import typst
from django.test import Client
from django.urls import reverse

from coding.models import Superbill
from coding.superbill_pdf import TEMPLATES, CannotBePrinted, fonts, superbill_pdf
from coding.superbill_sheet import Sheet, SheetLine

LINE = SheetLine("97110", "59", "Exercise for one capacity", 2, "30", "lumbar", "A B", "$42.50", "$85.00")
SHEET = Sheet(
    title="Superbill 1001", state="", practice=[["", "Riverside"]], provider=[["", "Alex Adams, DC"]],
    patient=[["", "Pat Rivera"]], payer=[["", "Self-pay"]], visit=[["Date of service", "20 Nov 2026"]],
    diagnoses=[["A", "M54.50", "Low back pain"]], lines=[LINE], modifiers=[["59", "a distinct service"]],
    total="$85.00", paid="$0.00", balance="$85.00", payments=["$5.00 cash, 20 Nov 2026"], remarks=[], signature="Signed.",
)  # fmt: skip


def named(name: str) -> Sheet:
    return replace(SHEET, patient=[["", name]])


@pytest.mark.parametrize(
    "name",
    ["Núria Çelik", "Łukasz Žižka", "Nguyễn Thị Hồng", "Анна Петрова", "Ελένη", "陳大文", "山田 太郎", "김민수", "محمد", "שרה",
     "प्रिया", "ประเสริฐ", "Անի", "ნინო", "አበበ"],
)  # fmt: skip
def test_every_name_prints(name: str) -> None:
    assert superbill_pdf(named(name)).startswith(b"%PDF")


def test_a_letter_that_no_font_has_is_an_error_and_not_a_hole() -> None:
    with pytest.raises(CannotBePrinted):
        superbill_pdf(named("Rune ᚠ"))


@pytest.mark.parametrize(
    "hostile",
    ['#read("/etc/passwd")', "#panic()", "$x$", "*bold* _it_ `code`", "= Heading", "]#import \"@preview/x:1.0.0\"[", '"}',
     "\\u{41}", "<label> @ref", "// comment", "{{ name }}"],
)  # fmt: skip
def test_hostile_names_are_text(hostile: str) -> None:
    assert superbill_pdf(named(hostile)).startswith(b"%PDF")


@pytest.mark.parametrize("path", ["/etc/passwd", "../models.py", "/../models.py"])
def test_the_compiler_reads_no_other_file(path: str) -> None:
    source = f'#read("{path}")'.encode()
    with pytest.raises(typst.TypstError):
        typst.compile(source, root=str(TEMPLATES), font_paths=fonts(), ignore_system_fonts=True, format="pdf")


def test_the_folder_of_the_template_holds_nothing_else() -> None:
    assert {path.name for path in TEMPLATES.iterdir()} == {"superbill.typ", "packet.typ"}
    assert not any(path.is_symlink() for path in TEMPLATES.iterdir())


def test_many_lines_go_onto_a_second_page() -> None:
    assert superbill_pdf(replace(SHEET, lines=[LINE] * 60)).count(b"/Type /Page\n") != 1


def test_the_desk_gets_the_pdf(bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    answer = as_(cast.frances).get(reverse("coding:superbill-pdf", args=[bill.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")


def test_a_name_that_cannot_be_printed_gets_a_page_that_says_so(
    bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    type(bill.visit.patient).objects.update(last_name="ᚠ")
    answer = as_(cast.frances).get(reverse("coding:superbill-pdf", args=[bill.pk]))
    assert (answer.status_code, b"none of our fonts" in answer.content) == (409, True)


def test_strangers_get_no_pdf(bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    assert as_(cast.stranger).get(reverse("coding:superbill-pdf", args=[bill.pk])).status_code == 404
