import { Screen } from "../../components/Screen";

export default function SessionsScreen() {
  return <Screen title="SessionsScreen" name="SessionsScreen">{null}</Screen>;
}
