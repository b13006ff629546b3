"""What DatoCMS sends, as lenient models (wire/datocms 1.4, 2.1, 4, 5.1). Everything lies under ``data``, errors too."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from dsclone_tui.backends.fields import Flag, Identifier, Percent, Status, Text, When, WireModel, each


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


class Meta(WireModel):
    """An environment's ``meta``; older servers send the first three and ``created_at`` alone (wire/datocms 2.1)."""

    status: Text = None
    primary: Flag = None
    created_at: When = None
    last_data_change_at: When = None
    read_only: Flag = Field(None, alias="read_only_mode")
    forked_from: Identifier = None
    percentage: Percent = Field(None, alias="fork_completion_percentage")


class Environment(WireModel):
    """An environment; it has no attributes, only ``meta``."""

    id: Identifier = None
    meta: Annotated[Meta, BeforeValidator(_object)] = Field(default_factory=lambda: Meta.model_validate({}))


class Site(WireModel):
    """The project of the token; its name is one of its attributes."""

    id: Identifier = None
    attributes: Annotated[dict[str, object], BeforeValidator(_object)] = Field(default_factory=dict)


class JobResult(WireModel):
    """The answer that a job's request would have had: its status and its body (wire/datocms 4)."""

    status: Status = None
    payload: object = None


class Details(WireModel):
    """The parts of an error's free-form details that decide something."""

    field: Text = None
    code: Text = None
    limit: Text = None
    message: Text = None


class ApiError(WireModel):
    """The attributes of one ``api_error``."""

    code: Text = None
    details: Annotated[Details, BeforeValidator(_object)] = Details()
    transient: Flag = None


def data_of(document: object) -> object:
    """What a body holds under ``data``; None where it holds nothing."""
    return document.get("data") if isinstance(document, dict) else None


def _typed(document: object, kind: str) -> dict[str, object] | None:
    data = data_of(document)
    return data if isinstance(data, dict) and data.get("type") == kind else None


def job_of(document: object) -> str | None:
    """The id of the job that a body announces, or None; any endpoint may answer so (wire/datocms 2.2)."""
    data = _typed(document, "job")
    return Environment.model_validate({"id": data.get("id")}).id if data else None


def environment_of(document: object) -> Environment | None:
    """The environment that a body holds, or None."""
    data = _typed(document, "environment")
    environment = Environment.model_validate(data) if data else None
    return environment if environment and environment.id else None


def environments_of(document: object) -> list[Environment] | None:
    """The environments of a list, in the server's order; None when it is no list."""
    data = data_of(document)
    if not isinstance(data, list):
        return None
    return [environment for environment in each(Environment, data) if environment.id]


def site_of(document: object) -> Site | None:
    """The site that a body holds, or None."""
    data = data_of(document)
    site = Site.model_validate(data) if isinstance(data, dict) else None
    return site if site and site.id else None


def job_result_of(document: object) -> JobResult | None:
    """The job result that a body holds, or None. Its own id may differ from the job's and is not looked at."""
    data = data_of(document)
    attributes = data.get("attributes") if isinstance(data, dict) else None
    result = JobResult.model_validate(attributes) if isinstance(attributes, dict) else None
    return result if result and result.status is not None else None


def errors_of(document: object) -> list[ApiError]:
    """The errors of a body, in order; several may come at once (wire/datocms 5.1)."""
    data = data_of(document)
    items = data if isinstance(data, list) else []
    attributes: list[object] = [
        item.get("attributes") for item in items if isinstance(item, dict) and item.get("type") == "api_error"
    ]
    return [error for error in each(ApiError, attributes) if error.code]
