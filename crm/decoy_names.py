"""Names for decoys, each with how it stands in an e-mail address. Frequent ones. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from config.problems import Language


class Part(NamedTuple):
    """A first or last name."""

    written: str
    latin: str


class Names(NamedTuple):
    """First names with the last names that go with them, in order of writing."""

    first: tuple[Part, ...]
    last: tuple[Part, ...]


def _parts(words: str) -> tuple[Part, ...]:
    return tuple(Part(*word.split("/")) for word in words.split())


def _plain(words: str) -> tuple[Part, ...]:
    return tuple(Part(word, word.lower()) for word in words.split())


NAMES: Final[dict[Language, tuple[Names, ...]]] = {
    "ru": (
        Names(
            _parts(
                "Александр/alexander Алексей/alexey Андрей/andrey Антон/anton Борис/boris"
                " Виктор/viktor Владимир/vladimir Дмитрий/dmitry Евгений/evgeny Иван/ivan"
                " Игорь/igor Илья/ilya Кирилл/kirill Константин/konstantin Максим/maxim"
                " Михаил/mikhail Николай/nikolay Олег/oleg Павел/pavel Роман/roman Сергей/sergey"
                " Станислав/stanislav Юрий/yury"
            ),
            _parts(
                "Андреев/andreev Баранов/baranov Белов/belov Волков/volkov Воробьев/vorobiev"
                " Голубев/golubev Григорьев/grigoriev Егоров/egorov Жуков/zhukov Зайцев/zaytsev"
                " Захаров/zakharov Калинин/kalinin Киселев/kiselev Ковалев/kovalev"
                " Комаров/komarov Крылов/krylov Лебедев/lebedev Макаров/makarov Морозов/morozov"
                " Никитин/nikitin Орлов/orlov Павлов/pavlov Романов/romanov Семенов/semenov"
                " Соколов/sokolov Степанов/stepanov Тарасов/tarasov Федоров/fedorov"
                " Филиппов/filippov Яковлев/yakovlev"
            ),
        ),
        Names(
            _parts(
                "Алина/alina Анна/anna Валентина/valentina Вера/vera Галина/galina Дарья/darya"
                " Екатерина/ekaterina Елена/elena Ирина/irina Ксения/ksenia Лариса/larisa"
                " Людмила/lyudmila Марина/marina Мария/maria Надежда/nadezhda Наталья/natalya"
                " Ольга/olga Светлана/svetlana Татьяна/tatyana Юлия/yulia"
            ),
            _parts(
                "Антонова/antonova Беляева/belyaeva Быкова/bykova Власова/vlasova"
                " Воронина/voronina Гусева/guseva Данилова/danilova Ершова/ershova"
                " Жукова/zhukova Захарова/zakharova Ильина/ilyina Казакова/kazakova"
                " Козлова/kozlova Крылова/krylova Куликова/kulikova Медведева/medvedeva"
                " Миронова/mironova Мельникова/melnikova Новикова/novikova Осипова/osipova"
                " Петухова/petukhova Полякова/polyakova Рыбакова/rybakova Савельева/savelieva"
                " Сорокина/sorokina Титова/titova Фомина/fomina Шилова/shilova"
            ),
        ),
    ),
    "en": (
        Names(
            _plain(
                "Adam Alan Alice Amy Andrew Barbara Brian Carol Charles Claire Colin Daniel David"
                " Diane Edward Elaine Emma Frances Gary George Hannah Helen Ian Jack James Jane"
                " Janet Joan John Karen Keith Laura Linda Lucy Margaret Mark Martin Mary Michael"
                " Nicola Paul Peter Philip Rachel Richard Robert Ruth Sandra Sarah Simon Stephen"
                " Susan Thomas Tracey Victor Wendy"
            ),
            _plain(
                "Adams Allen Bailey Baker Barnes Bennett Brooks Butler Carter Chapman Clark Collins"
                " Cooper Cox Davies Edwards Ellis Fisher Foster Fox Gibson Graham Grant Gray Green"
                " Hall Harris Harvey Hill Holmes Hughes Hunt Jackson Jenkins Kelly King Knight Lee"
                " Lewis Marshall Mason Mills Morgan Murray Palmer Parker Pearson Phillips Powell"
                " Price Reid Rogers Russell Scott Shaw Simpson Stevens Taylor Turner Walker Ward"
                " Watson Webb Wells Wood Wright Young"
            ),
        ),
    ),
}
