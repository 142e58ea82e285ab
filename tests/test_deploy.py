"""What is deployed, against its schemas and against itself."""

import re
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from serving import VERSION

ROOT = Path(__file__).parents[1]
MANIFESTS = list(yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text()))
POD = MANIFESTS[0]["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
PAGE, DATABASE = SERVICES["page"], SERVICES["database"]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: manifest["kind"])
def test_kubernetes_would_take_it(manifest: dict) -> None:
    kubernetes_validate.validate(manifest, "1.34", strict=True)


def test_kubernetes_and_compose_lock_it_down_alike() -> None:
    limits = CONTAINER["securityContext"]
    assert limits["readOnlyRootFilesystem"] is PAGE["read_only"] is True
    assert limits["capabilities"]["drop"] == PAGE["cap_drop"] == ["ALL"]
    assert limits["allowPrivilegeEscalation"] is False
    assert PAGE["security_opt"] == ["no-new-privileges:true"]
    assert PAGE["mem_limit"] and PAGE["pids_limit"]
    assert POD["securityContext"]["runAsUser"] == 1000
    assert MANIFESTS[1]["spec"]["sessionAffinity"] == "ClientIP"


def test_one_version_everywhere() -> None:
    assert CONTAINER["image"].endswith(f":{VERSION}")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)", changelog, re.M).group(1) == VERSION


def pins(text: str) -> dict[str, str]:
    """The versions for the image's Python, 3.11."""
    lines = re.findall(r"^([\w.-]+)==(\S+)(.*)$", text, re.M)
    return {package: version for package, version, rest in lines if ">= '3.12'" not in rest}


def test_the_image_has_what_was_tested_and_nothing_of_the_trainer() -> None:
    text = (ROOT / "requirements-serving.txt").read_text()
    serving, tested = pins(text), pins((ROOT / "constraints.txt").read_text())
    assert serving.items() <= tested.items()
    assert not {"matplotlib", "pyarrow", "tensorflow-datasets", "pytest"} & set(serving)
    assert {"gradio", "numpy", "psycopg-binary", "sqlalchemy"} <= set(serving)
    assert all("--hash=sha256:" in part for part in re.split(r"^(?=\w)", text, flags=re.M)[1:])
    (base,) = set(re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.M))
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm(@sha256:[0-9a-f]{64})?", base)


def test_the_database_is_optional_and_its_address_is_a_secret() -> None:
    """Nothing in the files is a password; without one, no correction is kept."""
    assert DATABASE["profiles"] == ["database"] and "depends_on" not in PAGE  # else it would start
    assert PAGE["environment"]["CORRECTIONS"] == "${CORRECTIONS:-}"
    assert DATABASE["environment"] == {"POSTGRES_PASSWORD": "${POSTGRES_PASSWORD:-}"}
    (address,) = [each for each in CONTAINER["env"] if each["name"] == "CORRECTIONS"]
    assert address["valueFrom"]["secretKeyRef"]["optional"] is True
