"""What the source states is accounted for: each statement stands here, judged by claims."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rules.model import KnowledgeBase, Statement

SECTIONS = tuple(f"post-{number}" for number in range(1, 8))

# What the source speaks of: each row of its tables and each of its sentences by the words that are
# peculiar to it. Written from the source, not from the knowledge: a statement left out fails here.
TOPICS = {
    "post-1": [
        "builds neural networks",
        "comes from Meta",
        "execution model",
        "Foundation",
        "Python first",
        "dynamic",
        "Google",
        "started out with static",
        "version 2",
        "SavedModel",
        "TFLite",
        "TF.js",
        "GPUs",
        "TPUs natively",
        "XLA",
        "gradients automatically",
        "Keras",
        "torch.nn",
    ],
    "post-2": [
        "on the fly",
        "TensorFlow 2 is eager",
        "tf.function",
        "faster",
        "batch to batch",
        "length of a sequence",
        "control flow",
        "static",
        "SavedModel",
        "export and deployment",
        "steps through",
        "prints tensors",
        "eager TensorFlow",
        "graph mode",
        "Pythonic",
        "research",
        "Keras is eager first",
        "production graphs",
        "TFLite",
    ],
    "post-3": [
        "imperative and object-oriented",
        "nn.Module",
        "backward()",
        "optimizer",
        "compile()",
        "fit()",
        "predict()",
        "GradientTape",
        "forward()",
        "Sequential",
        "tf.Module",
        "explicit",
        "hidden behind fit()",
        "full customisation",
    ],
    "post-4": [
        "TorchScript",
        "script or by trace",
        "ONNX",
        "Core ML",
        "exports to TensorRT",
        "SavedModel",
        "TFLite",
        "TF.js",
        "browser",
        "TF-TRT",
        "TorchServe",
        "ONNX runtimes",
        "converted to TensorFlow",
        "TF Serving",
        "Google Cloud",
        "through ONNX",
        "converted to TFLite or Core ML",
        "Android",
        "iOS",
        "embedded",
        "built in",
        "leans on its ecosystem",
    ],
    "post-5": [
        "Academia",
        "papers",
        "reference implementations",
        "PyTorch first",
        "Industry",
        "Google",
        "older tutorials",
        "production systems",
        "Lightning",
        "fast.ai",
        "Keras",
        "TensorFlow Hub",
        "TensorFlow ports",
        "torchvision",
        "timm",
        "Keras Applications",
        "Transformers' TensorFlow classes",
        "dominates",
        "production pipelines",
        "mobile and edge",
    ],
    "post-6": [
        "eager execution",
        "Pythonic",
        "research code",
        "Hugging Face",
        "variable length",
        "complex control flow",
        "tutorials",
        "fit()",
        "Google Cloud",
        "phones with TFLite",
        "SavedModel, TF Serving or TFLite",
        "static graphs",
        "settled on it",
        "ready for production",
        "team",
        "deployment target",
        "ecosystem",
    ],
    "post-7": [
        "Default execution",
        "API style",
        "TorchScript and ONNX",
        "SavedModel, TFLite and TF.js",
        "TorchServe",
        "TF Serving",
        "Google Cloud",
        "ported to TensorFlow",
        "Mobile and edge",
        "valid choices",
    ],
}


def of_section(kb: KnowledgeBase, section: str) -> list[Statement]:
    return [one for one in kb.statements.values() if one.section == section]


@pytest.mark.parametrize(
    ("section", "topic"), [(section, topic) for section in TOPICS for topic in TOPICS[section]]
)
def test_every_topic_of_the_source_is_stated(
    shipped_kb: KnowledgeBase, section: str, topic: str
) -> None:
    assert any(topic in statement.says for statement in of_section(shipped_kb, section))


def test_topics_are_written_for_every_section() -> None:
    assert tuple(TOPICS) == SECTIONS


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_the_source_has_statements(
    shipped_kb: KnowledgeBase, section: str
) -> None:
    assert of_section(shipped_kb, section)


def test_statements_stand_in_the_order_of_the_source(shipped_kb: KnowledgeBase) -> None:
    sections = [statement.section for statement in shipped_kb.statements.values()]
    assert all(earlier <= later for earlier, later in pairwise(sections))


def test_every_statement_is_judged_by_claims(shipped_kb: KnowledgeBase) -> None:
    assert [one.id for one in shipped_kb.statements.values() if not one.claims] == []


def test_no_two_statements_of_a_section_say_the_same(shipped_kb: KnowledgeBase) -> None:
    said = [(one.section, one.says) for one in shipped_kb.statements.values()]
    assert len(said) == len(set(said))


def test_a_claim_of_the_source_judges_a_statement(shipped_kb: KnowledgeBase) -> None:
    """What was taken from the source stands in the account of it."""
    judging = {name for one in shipped_kb.statements.values() for name in one.claims}
    taken = [claim.id for claim in shipped_kb.claims.values() if claim.source in SECTIONS]
    assert [name for name in taken if name not in judging] == []
