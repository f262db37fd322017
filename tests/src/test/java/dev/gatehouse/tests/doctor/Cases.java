package dev.gatehouse.tests.doctor;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;

/// Runs cases some at a time, because most of them wait, and reports each on its own.
final class Cases {
    private static final int AT_A_TIME = 8;

    private Cases() {}

    static Stream<DynamicTest> run(List<Case> cases) {
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().factory());
        List<CompletableFuture<Case.Outcome>> outcomes = cases.stream()
                .map(each -> CompletableFuture.supplyAsync(each::run, threads)).toList();
        threads.shutdown();
        List<DynamicTest> tests = new java.util.ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            Case each = cases.get(i);
            CompletableFuture<Case.Outcome> outcome = outcomes.get(i);
            tests.add(DynamicTest.dynamicTest(each.name(), () -> each.check(outcome.join())));
        }
        return tests.stream();
    }
}
