import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/** The one accent; its seventh shade carries white text at 5.5:1. */
const accent: MantineColorsTuple = [
  "#f0fdfa",
  "#ccfbf1",
  "#99f6e4",
  "#5eead4",
  "#2dd4bf",
  "#14b8a6",
  "#0d9488",
  "#0f766e",
  "#115e59",
  "#134e4a",
];

/** Quiet and dense: one accent, the system's fonts, an 8 px grid. */
export const theme = createTheme({
  colors: { accent },
  primaryColor: "accent",
  primaryShade: 7,
  defaultRadius: "sm",
  cursorType: "pointer",
  fontFamily: '-apple-system, "Segoe UI", Roboto, "Open Sans", "Noto Sans", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "Noto Sans Mono", "Liberation Mono", monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  spacing: { xs: "4px", sm: "8px", md: "16px", lg: "24px", xl: "32px" },
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "18px" }, h2: { fontSize: "15px" }, h3: { fontSize: "14px" } } },
  components: {
    Button: { defaultProps: { size: "xs" } },
    // A link within a text is told apart without its colour.
    Anchor: { defaultProps: { underline: "always" } },
    TextInput: { defaultProps: { size: "sm" } },
    PasswordInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "xs" } },
    // A question is before all, the call bar (201) is before drawers (200).
    Modal: { defaultProps: { zIndex: 210 } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
  },
});

/** Mantine's grey, red and placeholder texts are too pale for WCAG AA. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5c636a",
    "--mantine-color-placeholder": "#697077",
    "--mantine-color-error": "#c92a2a",
    "--mantine-color-anchor": "#0f766e",
  },
  dark: {
    "--mantine-color-dimmed": "#a6a7ab",
    "--mantine-color-placeholder": "#9a9ca0",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-anchor": "#5eead4",
  },
});
