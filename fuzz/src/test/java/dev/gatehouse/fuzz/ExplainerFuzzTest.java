package dev.gatehouse.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.gatehouse.doctor.explain.Explainer;
import dev.gatehouse.doctor.explain.Explanation;
import dev.gatehouse.doctor.explain.ExplanationText;

class ExplainerFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void any_bytes_are_explained_or_left_open(FuzzedDataProvider data) throws IOException {
        byte[] first = data.consumeBytes(4_000);
        var explainer = new Explainer();
        explainer.read(new ByteArrayInputStream(first));
        explainer.read(new ByteArrayInputStream(data.consumeRemainingAsBytes()));
        Explanation said = explainer.explain();
        require(!said.decided() || !said.verdicts().isEmpty(), "decided on nothing");
        require(said.decided() || !said.collect().isEmpty(), "open, and nothing to collect");
        String text = ExplanationText.render(said, List.of("a", "b"), (_, plain) -> plain);
        require(text.chars().allMatch(c -> c == '\n' || c >= ' '), "a control character from the log");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
