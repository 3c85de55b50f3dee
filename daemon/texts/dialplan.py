"""What `callward dialplan` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "help.dialplan": (
        "Put Callward's dialplan into Asterisk, compare it with what runs, take it out.",
        "Поставить диалплан Callward в Asterisk, сверить с тем, что работает, убрать.",
    ),
    "help.dialplan.install": (
        "Install or upgrade: own files, and one line in each file that includes them.",
        "Поставить или обновить: свои файлы и по одной строке в файлах, которые их подключают.",
    ),
    "help.dialplan.check": (
        "Compare files, running dialplan and modules with what should be; each line says what to "
        "do.",
        "Сверить файлы, работающий диалплан и модули с тем, что нужно; каждая строка говорит, что "
        "сделать.",
    ),
    "help.dialplan.remove": (
        "Take away what install added, and nothing else.",
        "Убрать то, что добавила установка, и ничего больше.",
    ),
    "help.dialplan.asterisk": (
        "Asterisk's configuration folder.",
        "Папка с настройками Asterisk.",
    ),
    "help.dialplan.pbx": (
        "Which PBX of the settings; needed where there are several.",
        "Какая АТС из настроек; нужно, если их несколько.",
    ),
    "help.dialplan.dry_run": ("Only show the plan.", "Только показать план."),
    "help.dialplan.yes": ("Do not ask.", "Не спрашивать."),
    # the plan
    "dialplan.new": ("new       {path}", "новый      {path}"),
    "dialplan.replaced": ("replace   {path}", "заменить   {path}"),
    "dialplan.mode": ("mode      {path} ({mode})", "права      {path} ({mode})"),
    "dialplan.included": ("include   {path}", "подключить {path}"),
    "dialplan.unincluded": ("one line  {path}", "строка     {path}"),
    "dialplan.removed": ("remove    {path}", "удалить    {path}"),
    "dialplan.kept": (
        "keep      {path}: it is included by a line that is not ours; take that line away, then "
        "remove again",
        "оставить  {path}: его подключает чужая строка; уберите её и повторите remove",
    ),
    "dialplan.sounds": ("{count} sounds", "звуков: {count}"),
    "dialplan.secret_made": (
        "new       {path}: the password of Callward's manager user",
        "новый      {path}: пароль пользователя AMI для Callward",
    ),
    "dialplan.freepbx": (
        "FreePBX generates extensions.conf and manager.conf: the *_custom.conf files include ours",
        "FreePBX сам пишет extensions.conf и manager.conf: наши файлы подключаются в *_custom.conf",
    ),
    "dialplan.nothing": (
        "Nothing to do: all files are as they should be.",
        "Делать нечего: все файлы такие, как нужно.",
    ),
    "dialplan.not_there": (
        "Nothing to remove: Callward is not installed in {path}.",
        "Удалять нечего: в {path} Callward не установлен.",
    ),
    "dialplan.ask": ("Go on?", "Продолжить?"),
    "dialplan.needs_yes": (
        "Nothing was changed. Say --yes to go on without being asked.",
        "Ничего не изменено. Добавьте --yes, чтобы продолжить без вопроса.",
    ),
    "dialplan.left": ("Nothing was changed.", "Ничего не изменено."),
    "dialplan.done": ("Done: {count} files.", "Готово, файлов: {count}."),
    "dialplan.loaded": ("Asterisk has loaded it.", "Asterisk загрузил изменения."),
    "dialplan.load": (
        "Asterisk does not know it yet. Start it, or do: asterisk -rx 'core reload'; then the same "
        "command once more",
        "Asterisk об этом ещё не знает. Запустите его или выполните: asterisk -rx 'core reload'; "
        "затем ещё раз эту же команду",
    ),
    "dialplan.load_out": (
        "Asterisk still runs it; do: asterisk -rx 'core reload'",
        "Asterisk всё ещё работает с ним; выполните: asterisk -rx 'core reload'",
    ),
    "dialplan.by_hand": (
        """By hand, once:
  - each trunk's endpoint (pjsip.conf): context = callward-inbound
    or, in your own inbound context: same => n,Goto(callward-inbound,${{EXTEN}},1)
    or, where a queue or IVR of yours takes the call, first thing there:
       same => n,Gosub(callward-customer,s,1)
  - the company phones' context: include => callward-phones, as its last line
Then: callward dialplan check""",
        """Один раз вручную:
  - у endpoint каждого транка (pjsip.conf): context = callward-inbound
    или в своём входящем контексте: same => n,Goto(callward-inbound,${{EXTEN}},1)
    или, если звонок принимает ваша очередь или IVR, там в самом начале:
       same => n,Gosub(callward-customer,s,1)
  - в контексте телефонов компании последней строкой: include => callward-phones
Затем: callward dialplan check""",
    ),
    "dialplan.by_hand_out": (
        "Contexts that lead to callward-inbound, callward-customer or callward-phones now lead "
        "nowhere: point your trunks and phones elsewhere before Asterisk reloads.",
        "Контексты, которые вели в callward-inbound, callward-customer или callward-phones, теперь "
        "ведут в никуда: до перезагрузки Asterisk направьте транки и телефоны иначе.",
    ),
    # what cannot be done
    "dialplan.which_pbx": (
        "The settings have several PBXes; name one: --pbx {names}",
        "В настройках несколько АТС; укажите одну: --pbx {names}",
    ),
    "dialplan.no_asterisk": (
        "{path}: there is no asterisk.conf here. Name Asterisk's configuration folder with "
        "--asterisk",
        "{path}: здесь нет asterisk.conf. Укажите папку с настройками Asterisk через --asterisk",
    ),
    "dialplan.not_writable": (
        "{path}: cannot be written; nothing was changed. Do it as root: sudo callward dialplan …",
        "{path}: писать нельзя; ничего не изменено. Выполните от root: sudo callward dialplan …",
    ),
    "dialplan.failed": ("{path}: failed: {reason}", "{path}: не вышло: {reason}"),
    "dialplan.bad_value": (
        "Asterisk's files cannot hold this value of the settings: {value!r}; it must be one line "
        "without ${{ and $[",
        "В файлы Asterisk нельзя записать такое значение настроек: {value!r}; нужна одна строка "
        "без ${{ и $[",
    ),
    "dialplan.no_home": (
        "{path}: the folder for Callward's key is not there yet. Install the service first "
        "(README, systemd), or make the folder and give it to the user that runs callward",
        "{path}: папки для ключа Callward ещё нет. Сначала установите службу (README, systemd) или "
        "создайте папку и отдайте её пользователю, от имени которого работает callward",
    ),
    "dialplan.closed_home": (
        "{path}: the folder with Callward's key cannot be read by this user. Do it as root: sudo "
        "callward dialplan …",
        "{path}: папка с ключом Callward этому пользователю не читается. Выполните от root: sudo "
        "callward dialplan …",
    ),
    "dialplan.no_secret": (
        "pbx.secret_file is not set: name a file there (it is made with a new password), or set "
        "pbx.secret",
        "pbx.secret_file не задан: укажите там файл (он появится с новым паролем) или задайте "
        "pbx.secret",
    ),
}
