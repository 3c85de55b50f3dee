import { Button, Skeleton, Text } from "@mantine/core";
import { type KeyboardEvent, memo, type ReactNode, useRef } from "react";

import { useTexts } from "@/app/i18n";

import classes from "./table.module.css";
import { useKeys } from "./useKeys";

export interface Column<Row> {
  key: string;
  title: ReactNode;
  cell: (row: Row) => ReactNode;
  /** CSS width, so that what changes does not move its neighbours. */
  width?: string;
  align?: "start" | "end";
  /** On a narrow screen: `title` is the row's first line, `hidden` is left out. */
  narrow?: "title" | "hidden";
}

interface Props<Row> {
  /** What the table holds, for who does not see it. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** Enter or a click on a row. */
  onOpen?: (row: Row) => void;
  /** The row whose drawer is open. */
  opened?: string | null;
  /** Keys on the row that has the focus: `{ c: call, " ": play }`. */
  keys?: Readonly<Record<string, (row: Row) => void>>;
  /** What will appear here and what brings it. */
  empty?: ReactNode;
  /** There are more: loads the page that follows. */
  more?: (() => void) | undefined;
  isLoadingMore?: boolean;
  rowClass?: (row: Row) => string | undefined;
}

/** A list: j and k go down and up, Enter opens. Rows keep their place; narrow screens get a list. */
export function DataTable<Row>(props: Props<Row>) {
  const { label, columns, rows, rowKey, empty, more, isLoadingMore } = props;
  const t = useTexts("common");
  const body = useRef<HTMLTableSectionElement>(null);

  function go(step: 1 | -1): void {
    const all = [...(body.current?.children ?? [])] as HTMLElement[];
    const here = all.findIndex((row) => row.contains(document.activeElement));
    const next = here === -1 ? (step === 1 ? 0 : all.length - 1) : here + step;
    all[next]?.focus();
  }
  /** A key on the row itself, not on a control in it. */
  function pressed(event: KeyboardEvent<HTMLElement>): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const keys = props.keys ?? {};
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    const row = rows?.[[...event.currentTarget.children].findIndex((one) => one === event.target)];
    if (act === undefined || row === undefined) return;
    event.preventDefault();
    act(row);
  }
  useKeys({ j: () => go(1), k: () => go(-1) });

  if (rows?.length === 0) {
    return (
      <Text c="dimmed" py="xl" ta="center">
        {empty ?? t("table.empty")}
      </Text>
    );
  }
  return (
    <>
      <table className={classes["table"]} aria-label={label} aria-busy={rows === undefined}>
        <colgroup>
          {columns.map((column) => (
            <col key={column.key} style={{ width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" data-align={column.align}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={pressed}>
          {rows === undefined
            ? [0, 1, 2, 3, 4].map((line) => (
                <tr key={line}>
                  <td colSpan={columns.length}>
                    <Skeleton h={16} />
                  </td>
                </tr>
              ))
            : rows.map((row) => (
                <Line
                  key={rowKey(row)}
                  row={row}
                  columns={columns as readonly Column<unknown>[]}
                  isOpened={props.opened === rowKey(row)}
                  onOpen={props.onOpen as ((row: unknown) => void) | undefined}
                  className={props.rowClass?.(row)}
                />
              ))}
        </tbody>
      </table>
      {more !== undefined && (
        <Button variant="default" mt="sm" loading={isLoadingMore ?? false} onClick={more}>
          {t("table.more")}
        </Button>
      )}
    </>
  );
}

interface LineProps {
  row: unknown;
  columns: readonly Column<unknown>[];
  isOpened: boolean;
  onOpen: ((row: unknown) => void) | undefined;
  className: string | undefined;
}

/** Painted anew only where its row is another object. */
const Line = memo(function Line({ row, columns, isOpened, onOpen, className }: LineProps) {
  return (
    <tr
      tabIndex={0}
      className={className}
      aria-current={isOpened || undefined}
      data-opens={onOpen !== undefined || undefined}
      onClick={(event) => {
        if (!isControl(event.target, event.currentTarget)) onOpen?.(row);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.target === event.currentTarget) onOpen?.(row);
      }}
    >
      {columns.map((column) => (
        <td key={column.key} data-align={column.align} data-narrow={column.narrow}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
});

/** A button or link in a row does its own. */
function isControl(target: EventTarget, row: Element): boolean {
  if (!(target instanceof Element)) return false;
  const control = target.closest("a, button, input, select, textarea, label, [role=button]");
  return control !== null && row.contains(control);
}
