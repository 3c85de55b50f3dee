"""What is said of who may do what: at the API's door and on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "api.not_signed_in": (
        "Sign in, or send a token: Authorization: Bearer TOKEN",
        "Войдите или пришлите ключ: Authorization: Bearer КЛЮЧ",
    ),
    "api.not_allowed": (
        "Your rights do not allow this; an administrator can change them",
        "Ваши права этого не позволяют; изменить их может администратор",
    ),
    "operator.no_key": (
        "{reason}. This command asks the daemon as the operator and proves it by the vault's key:"
        " run it as the user of the daemon, or with sudo",
        "{reason}. Эта команда обращается к службе как оператор и доказывает это ключом хранилища:"
        " запустите её от имени пользователя службы или через sudo",
    ),
}
