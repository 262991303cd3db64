package dev.candela.jetbrains.ui;

import com.intellij.openapi.ui.popup.PopupStep;
import com.intellij.openapi.ui.popup.util.BaseListPopupStep;
import java.util.List;
import java.util.function.Consumer;

/** A question of the bridge as a list to choose from. */
final class QuestionStep extends BaseListPopupStep<String> {
  private final Consumer<String> answer;

  QuestionStep(String question, List<String> titles, Consumer<String> answer) {
    super(question, titles);
    this.answer = answer;
  }

  @Override
  public PopupStep<?> onChosen(String title, boolean finalChoice) {
    answer.accept(title);
    return FINAL_CHOICE;
  }

  @Override
  public void canceled() {
    answer.accept(null);
  }

  @Override
  public boolean isSpeedSearchEnabled() {
    return true;
  }
}
