import { Box, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

import { LanguageSwitch, ThemeSwitch } from "@/app/Switches";

/** What stands around a page before somebody is in. */
export function Doorstep({ children }: { children: ReactNode }) {
  return (
    <Box component="main" maw={360} mx="auto" px="md" pt="12vh" pb="lg">
      <Stack gap="md">
        <Group justify="space-between">
          <Text fw={600}>Callward</Text>
          <Group gap="xs">
            <LanguageSwitch />
            <ThemeSwitch />
          </Group>
        </Group>
        {children}
      </Stack>
    </Box>
  );
}
