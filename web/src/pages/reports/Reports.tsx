import "@mantine/charts/styles.css";

import { Link, Redirect, Route, Switch, useLocation, useSearch } from "wouter";

import { NotFound } from "@/app/NotFound";
import { useTexts } from "@/app/i18n";

import { Hours } from "./Hours";
import { Numbers } from "./Numbers";
import { People } from "./People";
import { KINDS } from "./queries";
import classes from "./reports.module.css";
import { Service } from "./Service";

const PATH = "/reports";

/** Calls as figures and pictures: by hour, manager, number of the company, day. */
export default function Reports() {
  const t = useTexts("reports");
  const [location] = useLocation();
  const search = useSearch();
  return (
    <>
      <nav className={classes["kinds"]} aria-label={t("kinds")}>
        {KINDS.map((kind) => (
          <Link
            key={kind}
            // The same days, looked at in another way.
            href={`${PATH}/${kind}${search === "" ? "" : `?${search}`}`}
            className={classes["kind"]}
            aria-current={location === `${PATH}/${kind}` ? "page" : undefined}
          >
            {t(`kind.${kind}`)}
          </Link>
        ))}
      </nav>
      <Switch>
        <Route path={`${PATH}/hours`} component={Hours} />
        <Route path={`${PATH}/people`} component={People} />
        <Route path={`${PATH}/numbers`} component={Numbers} />
        <Route path={`${PATH}/service`} component={Service} />
        <Route path={PATH}>
          <Redirect to={`${PATH}/hours`} replace />
        </Route>
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </>
  );
}
