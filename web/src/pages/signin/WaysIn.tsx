import { Button, Divider, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { ask, plainApi } from "@/api/client";
import { useTexts } from "@/app/i18n";
import type { SessionData } from "@/app/session";
import { ProblemText } from "@/ui/Problem";

import { SignInForm } from "./SignInForm";
import { useWindowsSignIn } from "./useSignIn";

interface Props {
  /** Who was signed in before, where that is known. */
  person?: string;
  entered?: (session: SessionData) => void;
}

/** Whatever this installation offers: a password, the account of Windows, or both. */
export function WaysIn({ person = "", entered = () => undefined }: Props) {
  const t = useTexts("common");
  const ways = useQuery({
    queryKey: ["ways"],
    queryFn: () => ask(plainApi.GET("/api/v1/session/ways")),
    staleTime: Infinity,
    retry: false,
  });
  const windows = useWindowsSignIn(entered);
  // Until it is known, what nearly all have.
  const { password = true, windows: hasWindows = false } = ways.data ?? {};
  return (
    <Stack gap="sm">
      {password && <SignInForm person={person} entered={entered} />}
      {password && hasWindows && <Divider label={t("signIn.or")} />}
      {hasWindows && (
        <Button
          variant={password ? "default" : "filled"}
          size="sm"
          fullWidth
          loading={windows.isPending}
          onClick={() => windows.mutate()}
        >
          {t("signIn.windows")}
        </Button>
      )}
      {windows.error !== null && <ProblemText error={windows.error} />}
      {!password && !hasWindows && <Text size="sm">{t("signIn.noWay")}</Text>}
    </Stack>
  );
}
