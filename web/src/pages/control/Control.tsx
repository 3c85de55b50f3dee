import { Center, Loader } from "@mantine/core";
import { Suspense } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";

import { useTexts } from "@/app/i18n";
import { NotFound } from "@/app/NotFound";
import { useSession } from "@/app/session";

import classes from "./control.module.css";
import { sectionsOf } from "./sections";

const PATH = "/control";

/** Calls against the work done in the base, and what else shows that something is amiss. */
export default function Control() {
  const t = useTexts("control");
  const [location] = useLocation();
  const mine = sectionsOf(useSession());
  const [first] = mine;
  if (first === undefined) return <NotFound />;
  return (
    <>
      <nav className={classes["sections"]} aria-label={t("sections")}>
        {mine.map(({ key }) => (
          <Link
            key={key}
            href={`${PATH}/${key}`}
            className={classes["section"]}
            aria-current={`${location}/`.startsWith(`${PATH}/${key}/`) ? "page" : undefined}
          >
            {t(`section.${key}`)}
          </Link>
        ))}
      </nav>
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
    </>
  );
}
