package dev.gatehouse.tests.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.commons.support.AnnotationSupport;

import static org.assertj.core.api.Assertions.assertThat;

/// The tables in `docs` are complete, and say exactly what the names of the tests say. After a test was added or renamed:
///
/// `mvn -pl tests test -Dtest=ConformanceTest -Dconformance.write=5` writes the tests' names into the table of MQTT 5.
class ConformanceTest {
    @BeforeAll
    static void write() {
        for (ConformanceTable table : ConformanceTable.values()) {
            if (table.toString().equals("MQTT " + System.getProperty("conformance.write"))) {
                table.write();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_normative_statement_has_one_row_in_the_order_of_the_standard(ConformanceTable table) {
        List<String> statements = table.statements();
        assertThat(statements).isNotEmpty().doesNotHaveDuplicates();
        List<String> tested = table.tested().stream().map(ConformanceTable.Row::id).toList();
        List<String> untested = table.untested().stream().map(ConformanceTable.Row::id).toList();
        List<String> rows = new ArrayList<>(tested);
        rows.addAll(untested);
        assertThat(rows).as(table.document().toString()).containsExactlyInAnyOrderElementsOf(statements);
        assertThat(tested).isEqualTo(statements.stream().filter(tested::contains).toList());
        assertThat(untested).isEqualTo(statements.stream().filter(untested::contains).toList());
    }

    @ParameterizedTest
    @EnumSource
    void a_row_names_exactly_the_tests_that_name_its_statement(ConformanceTable table) {
        Map<String, String> cells = table.cells();
        List<String> expected = table.tested().stream()
                .map(row -> new ConformanceTable.Row(row.id(), row.asks(), cells.getOrDefault(row.id(), "")).toString())
                .toList();
        assertThat(table.tested().stream().map(ConformanceTable.Row::toString)).as(
                "%s; its rows should be (-Dconformance.write=VERSION writes them):%n%s", table.document(),
                String.join("\n", expected)).isEqualTo(expected);
        assertThat(table.tested().stream().filter(row -> row.cell().isEmpty()).map(ConformanceTable.Row::id))
                .as("statements without a test").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void every_statement_that_a_test_names_is_in_the_table_of_tests(ConformanceTable table) {
        assertThat(table.cells().keySet())
                .isSubsetOf(table.tested().stream().map(ConformanceTable.Row::id).toList());
    }

    @ParameterizedTest
    @EnumSource
    void a_statement_without_a_test_has_a_reason(ConformanceTable table) {
        assertThat(table.untested()).allSatisfy(row -> assertThat(row.cell()).as(row.id()).isNotBlank());
    }

    @ParameterizedTest
    @EnumSource
    void no_test_is_switched_off_and_no_two_have_one_name(ConformanceTable table) {
        List<ConformanceTable.Shown> tests = table.tests();
        assertThat(tests).isNotEmpty().extracting(ConformanceTable.Shown::name).doesNotHaveDuplicates();
        assertThat(tests).allSatisfy(test -> {
            assertThat(AnnotationSupport.isAnnotated(test.method(), Disabled.class)).as(test.name()).isFalse();
            assertThat(AnnotationSupport.isAnnotated(test.method().getDeclaringClass(), Disabled.class))
                    .as(test.name()).isFalse();
        });
    }
}
