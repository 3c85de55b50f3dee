"""What is said of listening to running calls, and of their end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "api.monitoring_not_found": (
        "There is no such listening-in, or it has ended",
        "Такого прослушивания нет, или оно закончилось",
    ),
    "api.monitoring_not_talking": (
        "Nobody talks in this call yet; try again once it is answered",
        "В этом звонке ещё не разговаривают; повторите, когда на него ответят",
    ),
    "api.monitoring_own_call": (
        "You are in this call yourself",
        "Вы сами участвуете в этом звонке",
    ),
    "api.monitoring_no_customer": (
        "There is no customer in this call now who could be taken over",
        "Сейчас в этом звонке нет клиента, которого можно было бы перехватить",
    ),
    "api.monitoring_taken": (
        "You have taken this call over and talk in it; to leave it, end it",
        "Вы перехватили этот звонок и участвуете в разговоре; чтобы выйти, завершите его",
    ),
    "api.monitoring_busy": (
        "You are on another call already; leave that one first",
        "Вы уже слушаете другой звонок; сначала выйдите из него",
    ),
    "api.monitoring_no_phone": (
        "phone: must be one of your phones on the PBX: {allowed}",
        "phone: допустим один из ваших телефонов на АТС: {allowed}",
    ),
    "api.monitoring_unreachable": (
        "The PBX did not bring the call's sound to {address}. Where the PBX is another machine,"
        " set monitoring.host and monitoring.address in the settings; on the PBX,"
        " chan_audiosocket.so must be loaded",
        "АТС не прислала звук разговора на {address}. Если АТС стоит на другой машине, задайте в"
        " настройках monitoring.host и monitoring.address; на АТС должен быть загружен модуль"
        " chan_audiosocket.so",
    ),
    "api.monitoring_pbx_refused": (
        "The PBX refused; the call may just have ended. If that lasts: callward doctor",
        "АТС отказала; возможно, звонок только что закончился. Если это повторяется:"
        " callward doctor",
    ),
    "api.monitoring_private": (
        "This call is with a private client; the company's policy does not let you hear it",
        "Это звонок личного клиента; политика компании не позволяет вам его слушать",
    ),
    "api.monitoring_reason": (
        "Say why: the company's policy asks for a reason",
        "Укажите причину: этого требует политика компании",
    ),
    # Customers on hold by a button
    "api.hold_not_talking": (
        "You do not talk with a customer in this call, or not with him alone",
        "В этом звонке вы не разговариваете с клиентом или разговариваете не с ним одним",
    ),
    "api.hold_by_phone": (
        "Your phone has put the customer on hold; take him back on the phone",
        "Клиента поставил на удержание ваш телефон; снимите удержание на телефоне",
    ),
    "api.hold_pbx_refused": (
        "The PBX refused; the call may just have ended. If that lasts: callward doctor",
        "АТС отказала; возможно, звонок только что закончился. Если это повторяется:"
        " callward doctor",
    ),
    # Recordings that are paused
    "api.call_not_recorded": (
        "Nothing of this call is recorded now",
        "Сейчас этот звонок не записывается",
    ),
    "api.call_not_paused": (
        "The recording of this call is not paused; it may have gone on by itself",
        "Запись этого звонка не приостановлена; возможно, она уже возобновилась сама",
    ),
    "api.pause_pbx_refused": (
        "The PBX refused: the recording goes on. The call may just have ended. If that lasts:"
        " callward doctor",
        "АТС отказала: запись продолжается. Возможно, звонок только что закончился. Если это"
        " повторяется: callward doctor",
    ),
    # Notices of those who were listened to
    "notice.monitored.listen": (
        "{person} listened to your call at {at}",
        "{person}: прослушан ваш разговор в {at}",
    ),
    "notice.monitored.whisper": (
        "{person} was on your call at {at} and spoke to you",
        "{person}: подсказки в вашем разговоре в {at}",
    ),
    "notice.monitored.barge": (
        "{person} joined your call at {at}",
        "{person}: подключение к вашему разговору в {at}",
    ),
    "notice.monitored.takeover": (
        "{person} took over your call at {at}",
        "{person}: перехвачен ваш разговор в {at}",
    ),
}
