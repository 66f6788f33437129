import { Screen } from "../../components/Screen";

export default function ImportScreen() {
  return <Screen title="ImportScreen" name="ImportScreen">{null}</Screen>;
}
