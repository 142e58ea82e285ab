"""The "about" section: how the page works, how well, and what it keeps."""

from model import Recognizer


def text(recognizer: Recognizer, words: dict[str, str], keeps_corrections: bool) -> str:
    """The section as Markdown, with the figures of the network in use."""
    network = recognizer.network
    return words["about_text"].format(
        size="-".join(map(str, network.sizes)),
        parameters=f"{network.parameters.size:,}",
        scores=_scores(recognizer, words),
        kept=words["keeps_corrections" if keeps_corrections else "keeps_nothing"],
    )


def _scores(recognizer: Recognizer, words: dict[str, str]) -> str:
    """The scores in the weights file, and the model card's for the shipped network."""
    mnist = recognizer.metadata.get("scores", {}).get("mnist_test")
    if not mnist:
        return words["about_drawings"]
    figures = {name: f"{mnist[name]:.1%}" for name in ("accuracy", "calibration_error")}
    return words["about_scores"].format(**figures) + " " + words["about_drawings"]
