import { Center, Loader, Select } from "@mantine/core";
import { Suspense } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";

import { useTexts } from "@/app/i18n";
import { NotFound } from "@/app/NotFound";
import { useSession } from "@/app/session";

import classes from "./admin.module.css";
import { type Section, sectionsOf } from "./sections";

const PATH = "/admin";

/** What is decided once and holds for everybody: a list of nouns at the left, one of them open. */
export default function Admin() {
  const t = useTexts("admin");
  const [location, navigate] = useLocation();
  const mine = sectionsOf(useSession());
  const [first] = mine;
  if (first === undefined) return <NotFound />;
  const groups = [...new Set(mine.map((section) => section.group))];
  const here = mine.find((section) => isIn(section, location));
  return (
    <div className={classes["admin"]}>
      <Select
        className={classes["chooser"] ?? ""}
        aria-label={t("sections")}
        allowDeselect={false}
        value={here?.key ?? null}
        onChange={(key) => key !== null && navigate(`${PATH}/${key}`)}
        data={groups.map((group) => ({
          group: t(`group.${group}`),
          items: of(mine, group).map(({ key }) => ({ value: key, label: t(`section.${key}`) })),
        }))}
      />
      <nav className={classes["sections"]} aria-label={t("sections")}>
        {groups.map((group) => (
          <div key={group} role="group" aria-label={t(`group.${group}`)}>
            <div className={classes["group"]} aria-hidden>
              {t(`group.${group}`)}
            </div>
            {of(mine, group).map((section) => (
              <Link
                key={section.key}
                href={`${PATH}/${section.key}`}
                className={classes["section"]}
                aria-current={section === here ? "page" : undefined}
              >
                {t(`section.${section.key}`)}
              </Link>
            ))}
          </div>
        ))}
      </nav>
      <div className={classes["content"]}>
        <Suspense fallback={<Center h="50vh"><Loader size="sm" /></Center>}>
          <Switch>
            {mine.map(({ key, page }) => (
              <Route key={key} path={`${PATH}/${key}/*?`} component={page} />
            ))}
            <Route path={PATH}>
              <Redirect to={`${PATH}/${first.key}`} replace />
            </Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Suspense>
      </div>
    </div>
  );
}

function isIn({ key }: Section, location: string): boolean {
  return location === `${PATH}/${key}` || location.startsWith(`${PATH}/${key}/`);
}

function of(mine: readonly Section[], group: Section["group"]): readonly Section[] {
  return mine.filter((section) => section.group === group);
}
