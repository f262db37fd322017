package dev.gatehouse.tests.architecture;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

/// The table of modules: what each may import. The modules' POMs hold most of it already; this holds what a POM cannot
/// say, and says the rest a second time, in one place.
class ModulesTest {
    private static final String ROOT = "dev.gatehouse.";
    private static final List<String> JDK = List.of("java..", "javax.net.ssl..", "javax.crypto..",
            "javax.security.auth.x500..");
    /// Annotations that leave nothing behind at run time.
    private static final List<String> ANNOTATIONS = List.of("org.jspecify.annotations..");
    private static final List<String> NETTY_BUFFER = List.of("io.netty.buffer..", "io.netty.util..");

    /// Each module's package, and what it may use beside itself, the JDK and annotations; modules by package.
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            entry("mqtt", NETTY_BUFFER),
            entry("diagnosis", List.of()),
            entry("tls", List.of("io.netty.buffer..", "io.netty.handler.ssl..", "org.bouncycastle..",
                    "org.slf4j..")),
            entry("client", List.of(ROOT + "mqtt..", "io.netty.buffer..", "javax.net")),
            entry("broker", List.of(ROOT + "mqtt..", ROOT + "diagnosis..", "io.netty.buffer..")),
            entry("journal", List.of(ROOT + "broker..", "org.rocksdb..", "org.slf4j..")),
            entry("server", List.of(ROOT + "mqtt..", ROOT + "diagnosis..", ROOT + "tls..", ROOT + "broker..",
                    ROOT + "journal..", "io.netty..", "com.fasterxml.jackson..", "org.bouncycastle..",
                    "org.snakeyaml.engine..", "org.slf4j..", "com.sun.management",
                    "org.apache.kafka.common.security.scram..", "javax.security.sasl",
                    "javax.security.auth.callback")),
            entry("modem", List.of("com.fazecast.jSerialComm..", "javax.net", "org.slf4j..")),
            entry("simulator", List.of("javax.net", "org.slf4j..", "org.eclipse.paho.client.mqttv3..")),
            entry("doctor", List.of(ROOT + "mqtt..", ROOT + "diagnosis..", ROOT + "tls..", ROOT + "client..",
                    ROOT + "modem..", "com.fasterxml.jackson..", "io.netty.buffer..", "io.netty.util..",
                    "org.bouncycastle..", "javax.net")),
            entry("bench",
                    List.of(ROOT + "mqtt..", ROOT + "tls..", "io.netty.buffer..", "io.netty.util..",
                            "io.netty.handler.ssl..",
                            "org.HdrHistogram..", "com.fasterxml.jackson..", "com.hivemq.client..")),
            entry("cli", List.of(ROOT + "mqtt..", ROOT + "diagnosis..", ROOT + "tls..", ROOT + "server..",
                    ROOT + "bench..", ROOT + "client..", ROOT + "modem..", ROOT + "simulator..", ROOT + "doctor..",
                    "com.fasterxml.jackson..", "picocli..", "javax.net", "ch.qos.logback..", "org.slf4j..")));

    private static JavaClasses all;

    @BeforeAll
    static void readClassFiles() {
        // The class files of libraries and of the JDK need not be read: their names are enough.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        all = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("/test-classes/")).importPackages("dev.gatehouse");
    }

    static Stream<String> modules() {
        return MAY_USE.keySet().stream().sorted();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("modules")
    void a_module_imports_only_what_the_table_allows(String module) {
        String own = ROOT + module + "..";
        String[] allowed = Stream.of(List.of(own), JDK, ANNOTATIONS, MAY_USE.getOrDefault(module, List.of()))
                .flatMap(List::stream).toArray(String[]::new);
        // An array of int or byte is in no package.
        DescribedPredicate<JavaClass> elsewhere = not(resideInAnyPackage(allowed)).and(not(resideInAPackage("")));
        noClasses().that().resideInAPackage(own).should().dependOnClassesThat(elsewhere).check(all);
    }

    @Test
    void every_class_belongs_to_a_module_of_the_table() {
        String[] known = modules().map(module -> ROOT + module + "..").toArray(String[]::new);
        classes().should().resideInAnyPackage(known).check(all);
        assertThat(modules()).allSatisfy(module -> assertThat(all.stream().map(JavaClass::getPackageName))
                .as("read classes of " + module).anyMatch(name -> name.startsWith(ROOT + module)));
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("dev.gatehouse.(**)").should().beFreeOfCycles().check(all);
    }

    /// Whatever can go wrong there can be replayed, because the time is told and the threads are somebody else's.
    @Test
    void protocol_diagnosis_and_broker_do_not_look_at_a_clock_and_start_nothing() {
        var pure = noClasses().that().resideInAnyPackage(ROOT + "mqtt..", ROOT + "diagnosis..", ROOT + "broker..");
        pure.should().callMethodWhere(DescribedPredicate.describe("the system's time is read",
                call -> call.getTargetOwner().isEquivalentTo(System.class)
                        && (call.getName().equals("currentTimeMillis") || call.getName().equals("nanoTime"))
                        || call.getTargetOwner().isEquivalentTo(Instant.class) && call.getName().equals("now")))
                .check(all);
        pure.should().dependOnClassesThat().areAssignableTo(Clock.class).check(all);
        pure.should().dependOnClassesThat().areAssignableTo(Thread.class)
                .orShould().dependOnClassesThat().resideInAnyPackage("java.net..", "java.nio.channels..",
                        "java.nio.file..", "io.netty.channel..")
                .check(all);
    }

    @Test
    void nothing_but_the_server_and_the_command_line_opens_a_socket_to_the_network() {
        noClasses().that().resideOutsideOfPackages(ROOT + "server..", ROOT + "cli..").should().dependOnClassesThat()
                .resideInAnyPackage("io.netty.channel..", "io.netty.bootstrap..").check(all);
    }

    /// Assertions and bugs end a connection; only those who say so end the process.
    @Test
    void only_the_command_line_ends_the_process() {
        noClasses().that().resideOutsideOfPackage(ROOT + "cli..").should().callMethod(System.class, "exit", int.class)
                .orShould().callMethod(Runtime.class, "halt", int.class).check(all);
    }

    @Test
    void nothing_is_printed_except_by_the_command_line() {
        noClasses().that().resideOutsideOfPackage(ROOT + "cli..").should().accessField(System.class, "out")
                .orShould().accessField(System.class, "err").check(all);
    }
}
