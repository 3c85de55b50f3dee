"""``/api/v1/custom-fields``, ``/api/v1/categories``: what the company's own cards are like."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Final, Literal, Self

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r403, r404
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from crm.access import Right
from crm.audit import Action
from crm.categories import Category, load_categories, remove_category, save_category
from crm.custom_fields import (
    CustomField,
    checked,
    find_custom_field,
    load_custom_fields,
    remove_custom_field,
    save_custom_field,
)
from daemon.api.card_door import CardResource
from daemon.api.client_models import Written
from daemon.api.parameters import Text, rules
from daemon.api.problems import ProblemDocument, ProblemError, Refused
from daemon.api.responses import json_response

Position = Annotated[int, Field(ge=0, le=500, strict=True)]
Kind = Literal["text", "number", "date", "choice", "flag"]


class CustomFieldModel(BaseModel):
    """A field of the company's own."""

    key: str
    field: str
    """As field rules and ``hidden`` call it: ``custom:KEY``."""
    label: str
    kind: Kind
    choices: list[str]
    """What a ``choice`` may be."""
    position: int

    @classmethod
    def of(cls, field: CustomField) -> Self:
        """From its row."""
        return cls(
            key=field.key,
            field=field.field,
            label=field.label,
            kind=field.kind,  # type: ignore[arg-type]
            choices=list(field.choices),
            position=field.position,
        )


class CustomFieldList(BaseModel):
    """The fields in use, in their order."""

    items: list[CustomFieldModel]


class CustomFieldWanted(BaseModel):
    """What a field is to be."""

    model_config = ConfigDict(extra="forbid")

    label: Written
    kind: Kind
    choices: list[Text] = Field(default_factory=list, max_length=200)
    position: Position = 0


class CategoryModel(BaseModel):
    """One category."""

    name: str
    position: int


class CategoryList(BaseModel):
    """The categories, in their order."""

    items: list[CategoryModel]


class CategoryWanted(BaseModel):
    """Where a category stands among the others."""

    model_config = ConfigDict(extra="forbid")

    position: Position = 0


class CustomFieldsResource(CardResource):
    """The company's own fields."""

    rights = rules(GET=Right.CLIENTS_READ)

    async def get(self) -> r200[CustomFieldList] | r400[ProblemDocument]:
        """Those that are not hidden from him.

        Status codes:
            200: The fields
        """
        async with self.context.database.read() as connection:
            found = await connection.run_sync(load_custom_fields)
        seen = [one for one in found if self.viewer.sees(one.field)]
        return json_response(CustomFieldList(items=[CustomFieldModel.of(one) for one in seen]))


class CustomFieldResource(CardResource):
    """One field."""

    rights = rules(PUT=Right.POLICY_CHANGE, DELETE=Right.POLICY_CHANGE)

    async def put(
        self, key: Text, /, wanted: CustomFieldWanted
    ) -> r200[CustomFieldModel] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Add it, or change its label, choices and place. One that was removed comes back.

        Status codes:
            200: The field
            400: Its key, label, kind or choices are not allowed
        """

        def save(connection: Connection) -> CustomField:
            field = checked(key, wanted.label, wanted.kind, wanted.choices, wanted.position)
            save_custom_field(connection, field)
            self._tell(connection, key, {"label": field.label, "kind": field.kind})
            return field

        return json_response(CustomFieldModel.of(await self.transact(save)))

    async def delete(
        self, key: Text, /
    ) -> r204 | r400[ProblemDocument] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Cards show it no more; what they hold there stays for when it comes back.

        Status codes:
            204: It is gone
            404: There is no such field
        """

        def remove(connection: Connection) -> None:
            if find_custom_field(connection, key) is None:
                raise ProblemError(HTTPStatus.NOT_FOUND, "custom_field_not_found")
            remove_custom_field(connection, key, datetime.now(UTC))
            self._tell(connection, key, None)

        await self.transact(remove)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _tell(self, connection: Connection, key: str, after: dict[str, str] | None) -> None:
        entry = self.viewer.entry(Action.CUSTOM_FIELD_CHANGED, object=key, details={"after": after})
        self.context.audit.add(connection, entry)


class CategoriesResource(CardResource):
    """The categories of clients."""

    rights = rules(GET=Right.CLIENTS_READ)

    async def get(self) -> r200[CategoryList] | r400[ProblemDocument]:
        """All of them.

        Status codes:
            200: The categories
        """
        async with self.context.database.read() as connection:
            found = await connection.run_sync(load_categories)
        return json_response(CategoryList(items=[_category(one) for one in found]))


class CategoryResource(CardResource):
    """One category."""

    rights = rules(PUT=Right.POLICY_CHANGE, DELETE=Right.POLICY_CHANGE)

    async def put(
        self, name: Text, /, wanted: CategoryWanted
    ) -> r200[CategoryModel] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Add it, or put it in another place.

        Status codes:
            200: The category
            400: Its name is not allowed
        """

        def save(connection: Connection) -> Category:
            category = save_category(connection, name, wanted.position)
            self._tell(connection, category.name, {"position": wanted.position})
            return category

        return json_response(_category(await self.transact(save)))

    async def delete(self, name: Text, /) -> r204 | Refused:
        """Remove a category that no client has.

        Status codes:
            204: It is gone
            404: There is no such category
            409: Clients have it
        """

        def remove(connection: Connection) -> None:
            if not remove_category(connection, name):
                raise ProblemError(HTTPStatus.NOT_FOUND, "category_not_found")
            self._tell(connection, name, None)

        await self.transact(remove)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _tell(self, connection: Connection, name: str, after: dict[str, int] | None) -> None:
        entry = self.viewer.entry(Action.CATEGORY_CHANGED, object=name, details={"after": after})
        self.context.audit.add(connection, entry)


def _category(category: Category) -> CategoryModel:
    return CategoryModel(name=category.name, position=category.position)


ROUTES: Final = (
    ("/api/v1/custom-fields", CustomFieldsResource),
    ("/api/v1/custom-fields/{key}", CustomFieldResource),
    ("/api/v1/categories", CategoriesResource),
    ("/api/v1/categories/{name}", CategoryResource),
)
