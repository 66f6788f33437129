import { Screen } from "../../components/Screen";

export default function PolicyScreen() {
  return <Screen title="PolicyScreen" name="PolicyScreen">{null}</Screen>;
}
