import { Screen } from "../../components/Screen";

export default function KeysScreen() {
  return <Screen title="KeysScreen" name="KeysScreen">{null}</Screen>;
}
