import { Screen } from "../../components/Screen";

export default function WhyScreen() {
  return <Screen title="WhyScreen" name="WhyScreen">{null}</Screen>;
}
