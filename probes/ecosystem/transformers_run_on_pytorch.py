"""Does Transformers hold models written for PyTorch that run?

A tiny BERT is built from a configuration, so nothing is downloaded; it is run, saved, loaded again
and run again, and the two results must be the same. A tiny GPT-2 then continues a sentence: every
token must be the likeliest one by the model's own scores for what stands before it.

The control changes one weight between saving and comparing.

Limit: two architectures with random weights on the CPU. No published weights are loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TORCH, Answer, Need, describe, no, probe, yes
from probes.capabilities import Capability
from probes.requirements import ECOSYSTEM

TOLERANCE = 1e-6
TOKENS = 4

Save = Callable[[Any, str], None]


def save(model: Any, folder: str) -> None:
    """Write ``model`` with its configuration into ``folder``."""
    model.save_pretrained(folder)


def save_with_one_weight_changed(model: Any, folder: str) -> None:
    """Save a copy of which one weight is another."""
    import copy

    changed = copy.deepcopy(model)
    changed.embeddings.word_embeddings.weight.data[3, 0] += 0.5
    save(changed, folder)


def continues_greedily(config: Any) -> bool:
    """Whether ``generate`` adds the likeliest token each time."""
    import torch
    import transformers

    model = transformers.GPT2LMHeadModel(config).eval()
    start = torch.tensor([[1, 2, 3]])
    written = model.generate(
        start, attention_mask=torch.ones_like(start), max_new_tokens=TOKENS, do_sample=False
    )
    for position in range(start.shape[1], start.shape[1] + TOKENS):
        with torch.no_grad():
            scores = model(written[:, :position]).logits[0, -1]
        if int(scores.argmax()) != int(written[0, position]):
            return False
    return True


@probe(
    needs=(TORCH, Need("transformers", "transformers")),
    subject=lambda: save,
    control=lambda: save_with_one_weight_changed,
    provision=ECOSYSTEM,
    capability=Capability.TRANSFORMERS,
    framework="pytorch",
)
def check(subject: Save) -> Answer:
    """Build, run, save, load, compare; then generate."""
    import torch
    import transformers

    sizes = {"vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 1}
    heads = {"num_attention_heads": 2, "intermediate_size": 32}
    tokens = torch.tensor([[1, 2, 3, 4], [5, 3, 7, 8]])
    torch.manual_seed(0)
    try:
        model = transformers.BertModel(transformers.BertConfig(**sizes, **heads)).eval()
        subject(model, "bert")
        loaded = transformers.BertModel.from_pretrained("bert").eval()
        with torch.no_grad():
            states = [each(input_ids=tokens).last_hidden_state for each in (model, loaded)]
        greedy = continues_greedily(
            transformers.GPT2Config(
                vocab_size=50, n_embd=16, n_layer=1, n_head=2, eos_token_id=None, bos_token_id=None
            )
        )
    except Exception as error:
        return no(f"building or running a model raised {describe(error)}")
    evidence: dict[str, Any] = {
        "shape": list(states[0].shape),
        "max_difference": float((states[0] - states[1]).abs().max()),
        "tolerance": TOLERANCE,
        "generated_tokens": TOKENS,
        "generated_greedily": greedy,
    }
    if not evidence["max_difference"] <= TOLERANCE:
        return no("the loaded model's numbers differ from the saved one's", **evidence)
    if not greedy:
        return no("a generated token is not the likeliest one", **evidence)
    return yes("BERT runs, is saved and loaded, and GPT-2 writes tokens", **evidence)
