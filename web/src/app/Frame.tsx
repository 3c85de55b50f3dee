import { Center, Loader } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Suspense, useMemo, useRef, useState } from "react";
import { Link, Route, Switch, useLocation } from "wouter";

import { useStanding } from "@/api/events";

import { Banner } from "./Banner";
import { CallBar } from "./CallBar";
import classes from "./frame.module.css";
import { Start, useIsFresh } from "./fresh";
import { HeadHost } from "./head";
import { HeaderTools } from "./HeaderTools";
import { useTexts } from "./i18n";
import { NotFound } from "./NotFound";
import { NOTICES } from "./Notices";
import { AwayBanner } from "./presence/AwayBanner";
import { PRESENCE } from "./presence/presence";
import { type AreaRoute, routes } from "./routes";
import { useSession } from "./session";

/** Rail, page and call bar. */
export function Frame() {
  const t = useTexts("common");
  const session = useSession();
  const mine = routes.filter((route) => route.isFor?.(session) ?? true);
  const [first] = mine;
  const [location] = useLocation();
  useRightsAsTheyAre();
  // Only as long as it leads somewhere.
  const isFresh = useIsFresh();
  const isLed = isFresh === true || location.startsWith("/first-hour");
  const [element, setElement] = useState<HTMLElement | null>(null);
  const host = useMemo(() => ({ element }), [element]);
  return (
    <div className={classes["frame"]}>
      <a className={classes["skip"]} href="#page">
        {t("frame.skip")}
      </a>
      <nav className={classes["rail"]} aria-label={t("frame.rail")}>
        {mine.filter((route) => route.icon !== undefined && (route.name !== "firstHour" || isLed)).map((route) => (
          <RailLink key={route.path} route={route} />
        ))}
      </nav>
      <div className={classes["page"]}>
        <Banner />
        <AwayBanner />
        <header className={classes["head"]}>
          <div className={classes["host"]} ref={setElement} />
          <HeaderTools />
        </header>
        <main id="page" tabIndex={-1} className={classes["main"]}>
          <HeadHost value={host}>
            <Suspense fallback={<Center h="50vh"><Loader size="sm" /></Center>}>
              <Switch>
                {mine.map((route) => (
                  <Route key={route.path} path={`${route.path}/*?`} component={route.page} />
                ))}
                <Route path="/">
                  <Start first={first?.path} />
                </Route>
                <Route>
                  <NotFound />
                </Route>
              </Switch>
            </Suspense>
          </HeadHost>
        </main>
      </div>
      <div className={classes["bar"]}>
        <CallBar />
      </div>
    </div>
  );
}

/** Where the daemon cut the connection, rights or the session may be others now: all is asked anew. */
function useRightsAsTheyAre(): void {
  const queries = useQueryClient();
  const hasStood = useRef(false);
  useStanding((stands) => {
    if (stands && hasStood.current) void queries.invalidateQueries();
    else if (stands) {
      // What was asked before it stood for the first time may have changed unheard.
      for (const queryKey of [PRESENCE, NOTICES]) void queries.invalidateQueries({ queryKey });
    }
    // Whether the session still holds, a request finds out: a socket is not told.
    if (!stands) void queries.invalidateQueries({ queryKey: NOTICES });
    hasStood.current ||= stands;
  });
}

function RailLink({ route }: { route: AreaRoute }) {
  const t = useTexts("common");
  const [location] = useLocation();
  const isHere = location === route.path || location.startsWith(`${route.path}/`);
  const Icon = route.icon;
  return (
    <Link href={route.path} className={classes["link"]} aria-current={isHere ? "page" : undefined}>
      {Icon !== undefined && <Icon size={20} stroke={1.5} aria-hidden />}
      {t(`area.${route.name}`)}
    </Link>
  );
}
