"""Write a vault as people keep them: ``python -m tests.benchmarks.make_vault FOLDER [NOTES]``.

The mix follows what notes in public study vaults consist of: nested lists of bold key phrases,
prose with wikilinks, callouts, tables, code, pasted images, and questions in several shapes in
about every other note. The same number of notes gives the same bytes every time.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random


def _words(text: str) -> list[str]:
    return text.split()


WORDS = _words(
    "queue topic stream bucket table index role policy token session pool identity provider "
    "function trigger layer alias version stage cache cluster node shard replica snapshot backup "
    "region zone subnet gateway endpoint listener target group rule event message record item "
    "attribute key value batch retry timeout throttle limit quota metric alarm log trace span "
    "request response header payload schema resolver pipeline artifact deployment rollback"
)
VERBS = _words(
    "stores sends reads writes rejects encrypts signs caches retries replicates validates "
    "forwards publishes consumes expires rotates invokes transforms"
)
LINKERS = ("because", "while", "so that", "unless", "after", "and then", "which means that")
FOLDERS = ("Compute", "Storage", "Databases", "Security", "Messaging", "Networking", "Journal")
CODE = (
    'import boto3\n\nclient = boto3.client("{0}")\nfor {1} in client.list_{1}s():\n'
    '    print({1}["{2}"])',
    '{{\n  "Version": "2012-10-17",\n  "Statement": [{{"Action": "{0}:{1}"}}]\n}}',
    "aws {0} describe-{1} --{2} '*' | jq '.{1}[]'",
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="{}"/></svg>\n'


def make_vault(folder: Path, notes: int = 2_000) -> None:
    """Write ``notes`` notes and their attachments into ``folder``, which must not exist."""
    random = Random(notes)
    folder.mkdir(parents=True)
    titles = [_title(random, number) for number in range(notes)]
    images = [f"Pasted image 2024{number:010}.svg" for number in range(max(1, notes // 10))]
    (folder / "attachments").mkdir()
    for number, image in enumerate(images):
        (folder / "attachments" / image).write_text(SVG.format(number))
    for number, title in enumerate(titles):
        home = folder / FOLDERS[number % len(FOLDERS)]
        home.mkdir(exist_ok=True)
        text = _Note(random, title, titles, images).text(index=number % len(FOLDERS))
        (home / f"{title}.md").write_text(text)
    for number, name in enumerate(FOLDERS):
        listed = "\n".join(f"- [[{title}]]" for title in titles[number :: len(FOLDERS)])
        (folder / f"{name} Index.md").write_text(f"# {name}\n{listed}\n")


def _title(random: Random, number: int) -> str:
    return f"{' '.join(random.sample(WORDS, 2))} {number}".capitalize()


class _Note:
    """Writes one note."""

    def __init__(self, random: Random, title: str, titles: list[str], images: list[str]) -> None:
        self.random = random
        self.title = title
        self.titles = titles
        self.images = images

    def text(self, index: int) -> str:
        sections = max(1, min(12, round(self.random.lognormvariate(1.1, 0.6))))
        parts = [
            "---\ncreated: 2024-03-11 09:35\ntags: [aws, study]\n---",
            f"**Links**: [[{FOLDERS[index]} Index]]",
            f"# {self.title}",
        ]
        for _ in range(sections):
            level = self.random.choice(("##", "##", "###"))
            parts.append(f"{level} {self.phrase().capitalize()}")
            parts += [self.block() for _ in range(self.random.randint(2, 5))]
        return "\n\n".join(parts) + "\n"

    def block(self) -> str:
        """One block; the weights are those of study notes."""
        kinds = (
            (self.bullets, 38),
            (self.prose, 30),
            (self.callout, 7),
            (self.question, 12),
            (self.image, 5),
            (self.table, 4),
            (self.code, 4),
        )
        (chosen,) = self.random.choices([k for k, _ in kinds], [weight for _, weight in kinds])
        return chosen()

    def phrase(self) -> str:
        return " ".join(self.random.sample(WORDS, self.random.randint(2, 3)))

    def clause(self) -> str:
        subject, other = self.random.sample(WORDS, 2)
        return f"the {subject} {self.random.choice(VERBS)} its {other}"

    def sentence(self) -> str:
        text = f"{self.clause()} {self.random.choice(LINKERS)} {self.clause()}"
        return f"{self.marked(text[0].upper() + text[1:])}."

    def marked(self, text: str) -> str:
        """``text`` with the inline markup that such notes are full of."""
        words = text.split()
        at = self.random.randrange(len(words))
        words[at] = self.random.choice(
            (
                words[at],
                f"**{words[at]}**",
                f"**{words[at]}**",
                f"*{words[at]}*",
                f"`{words[at]}`",
                f"=={words[at]}==",
                f"[[{self.random.choice(self.titles)}|{words[at]}]]",
                f"[[{self.random.choice(self.titles)}]]",
                f"[{words[at]}](https://docs.example.com/{words[at]})",
                f"{words[at]} #{self.random.choice(WORDS)}",
                f"[[Missing {words[at]}]]" if self.random.random() < 0.05 else words[at],
            )
        )
        return " ".join(words)

    def prose(self) -> str:
        return " ".join(self.sentence() for _ in range(self.random.randint(2, 5)))

    def bullets(self) -> str:
        lines = []
        for _ in range(self.random.randint(3, 8)):
            indent = "\t" * self.random.choice((0, 0, 0, 1, 1, 2) if lines else (0,))
            lines.append(f"{indent}- {self.sentence()}")
        return "\n".join(lines)

    def callout(self) -> str:
        kind = self.random.choice(("note", "tip", "important", "warning", "example"))
        body = "" if self.random.random() < 0.5 else f"\n> {self.prose()}"
        return f"> [!{kind}] {self.sentence()}{body}"

    def image(self) -> str:
        image = self.random.choice(self.images)
        return f"![[attachments/{image}]]" if self.random.random() < 0.8 else f"![[{image}|300]]"

    def table(self) -> str:
        rows = [f"| {self.phrase()} | {self.marked(self.clause())} |" for _ in range(4)]
        return "\n".join(["| What | Why |", "|---|---|", *rows])

    def code(self) -> str:
        return f"```\n{self.random.choice(CODE).format(*self.random.sample(WORDS, 3))}\n```"

    def question(self) -> str:
        asked = f"Which {self.random.choice(WORDS)} {self.random.choice(VERBS)} {self.phrase()}?"
        return self.random.choice(
            (self.folded, self.folded, self.scenario, self.choice, self.choice, self.typed)
        )(asked)

    def folded(self, asked: str) -> str:
        return f"> [!question]- {self.sentence()} {asked}\n> **{self.phrase()}**\n> {self.prose()}"

    def scenario(self, asked: str) -> str:
        return f"> [!question]- Example question\n> {self.prose()} {asked}\n>\n> {self.sentence()}"

    def choice(self, asked: str) -> str:
        right = self.random.randrange(4)
        options = "\n".join(
            f"> - [{'x' if at == right else ' '}] {self.sentence()}" for at in range(4)
        )
        why = f"> > [!success]- Explanation\n> > {self.prose()}"
        return f"> [!question] {self.prose()} {asked}\n{options}\n>\n{why}\n\n^q-{self.token()}"

    def typed(self, asked: str) -> str:
        return self.random.choice(
            (
                f"> [!question|text] {asked}\n> answer:: {self.phrase()} | {self.phrase()}",
                f"> [!question|num] {asked}\n> answer:: {self.random.randint(1, 900)} ± 5 s",
                f"> [!question|order] {asked}\n> 1. {self.phrase()}\n> 2. {self.phrase()}",
                f"> [!question|cloze] Recall\n> The =={self.phrase()}== {self.clause()}.",
            )
        )

    def token(self) -> str:
        return f"{self.random.getrandbits(40):x}"


if __name__ == "__main__":
    make_vault(Path(sys.argv[1]), *(int(count) for count in sys.argv[2:3]))
