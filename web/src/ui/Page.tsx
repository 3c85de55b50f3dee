import { Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

import { Head } from "@/app/head";

import classes from "./page.module.css";

interface Props {
  /** Also the tab's title: no client's name. */
  title: string;
  /** Beside the title: what narrows the list. */
  filters?: ReactNode;
  /** At the right: the day's figures, or what the page can do. */
  figures?: ReactNode;
  children: ReactNode;
}

/** The head and the body that every page has. */
export function Page({ title, filters, figures, children }: Props) {
  useDocumentTitle(`${title} · Callward`);
  return (
    <>
      <Head>
        <Title order={1} className={classes["title"]}>
          {title}
        </Title>
        {filters !== undefined && <div className={classes["filters"]}>{filters}</div>}
        {figures !== undefined && <div className={classes["figures"]} data-figures>{figures}</div>}
      </Head>
      <div className={classes["body"]}>{children}</div>
    </>
  );
}
