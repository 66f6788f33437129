import { createTheme, type MantineColorsTuple } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#f0fdfa", "#ccfbf1", "#99f6e4", "#5eead4", "#2dd4bf", "#14b8a6", "#0d9488", "#0f766e", "#115e59", "#134e4a",
];

export const theme = createTheme({
  primaryColor: "keyward",
  primaryShade: { light: 7, dark: 7 },
  colors: { keyward: teal },
  defaultRadius: "md",
  fontFamily: "system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  fontSizes: { xs: "12px", sm: "14px", md: "14px", lg: "16px", xl: "19px" },
  headings: { sizes: { h1: { fontSize: "21px" }, h2: { fontSize: "16px" } } },
  cursorType: "pointer",
  respectReducedMotion: true,
  // Optional fields say so in their label.
  components: { InputWrapper: { defaultProps: { withAsterisk: false } } },
});
