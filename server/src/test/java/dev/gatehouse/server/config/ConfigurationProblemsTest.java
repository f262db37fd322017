package dev.gatehouse.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.server.access.ProcessKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/// What is wrong with a file is told with line, column and what would be right.
class ConfigurationProblemsTest {
    @TempDir
    private Path folder;

    private List<String> problems(String yaml) throws IOException {
        Path file = folder.resolve("gatehouse.yaml");
        Files.writeString(file, yaml);
        return problemsOf(file);
    }

    private List<String> problemsOf(Path file) {
        ProcessKey key = ProcessKey.draw(new SplittableRandom(1));
        ConfigurationProblems thrown = catchThrowableOfType(ConfigurationProblems.class,
                () -> Configuration.load(file, folder, key));
        assertThat(thrown).as("nothing was wrong").isNotNull();
        String message = Objects.requireNonNull(thrown.getMessage());
        return message.lines().map(line -> line.replace(folder + "/", "")).toList();
    }

    /// The first line is added to each text, so a problem in the text's first line is in line 2.
    static Stream<Arguments> oneProblemEach() {
        return Stream.of(
                wrong("no_sni: refuse", "2:1: unknown key 'no_sni', did you mean 'no-sni'?"),
                wrong("tennants: []", "2:1: unknown key 'tennants', did you mean 'tenants'?"),
                wrong("colour: red", "2:1: unknown key 'colour'; known here: data, domain, no-sni, connect-timeout-ms, "
                        + "listeners, tls, tenants, limits, journal, trail, authentication"),
                wrong("packet-bytes-max: 10000", "2:1: unknown key 'packet-bytes-max'; it belongs into 'limits'"),
                wrong("limits: {packet-bytes: 10000}",
                        "2:10: unknown key 'packet-bytes', did you mean 'packet-bytes-max'?"),
                wrong("domain: a.example\ndomain: b.example", "3:1: 'domain' is given twice; the first is in line 2"),
                wrong("domain:", "2:1: 'domain' has no value; give it one or leave the key out"),
                wrong("domain: [a, b]", "2:9: 'domain' must be a single value"),
                wrong("domain: 10.0.0.1", "2:9: 'domain' must be a host name; an IP address never comes as a server "
                        + "name (RFC 6066 section 3)"),
                wrong("domain: bücher.example", "2:9: 'domain' must be a host name: labels of letters, digits and "
                        + "hyphens with dots between them, at most 253 characters; write 'xn--bcher-kva.example'"),
                wrong("no-sni: refuze", "2:9: 'no-sni' must be one of refuse, resolve, not 'refuze', did you mean "
                        + "'refuse'?"),
                wrong("connect-timeout-ms: 10s", "2:21: 'connect-timeout-ms' must be a whole number of milliseconds "
                        + "from 100 to 600000, not '10s'"),
                wrong("connect-timeout-ms: 99", "2:21: 'connect-timeout-ms' must be a whole number of milliseconds "
                        + "from 100 to 600000, not '99'"),
                wrong("connect-timeout-ms: 99999999999999999999", "2:21: 'connect-timeout-ms' must be a whole number "
                        + "of milliseconds from 100 to 600000, not '99999999999999999999'"),
                wrong("tls: {certificate: a.crt}", "2:20: 'certificate' needs 'key', the file with its private key"),
                wrong("tls: {key: a.key}", "2:12: 'key' needs 'certificate', the file with its certificate chain"),
                wrong("tls: {version-min: 1.0}", "2:20: 'version-min' must be one of 1.2, 1.3, not '1.0', did you "
                        + "mean '1.2'?"),
                wrong("tls: a.crt", "2:6: here must be keys with values, like 'certificate: ...'"),
                wrong("tenants: {name: acme}",
                        "2:10: 'tenants' must be a list, like [one, two] or lines that start with '- '"),
                wrong("tenants: [acme]", "2:11: here must be keys with values, like 'name: ...'"),
                wrong("tenants: [{anonymous: true}]",
                        "2:11: 'name' is missing: 1 to 63 lower case letters, digits, hyphens"),
                wrong("tenants: [{name: Acme}]", "2:18: 'name' must be a DNS label: 1 to 63 lower case letters, digits "
                        + "and hyphens, not starting or ending with a hyphen, for example 'acme'"),
                wrong("tenants: [{name: a_b}]", "2:18: 'name' must be a DNS label: 1 to 63 lower case letters, digits "
                        + "and hyphens, not starting or ending with a hyphen"),
                wrong("tenants: [{name: acme}, {name: acme}]",
                        "2:32: there is a tenant 'acme' already, in line 2"),
                wrong("tenants: [{name: acme, anonymous: yes}]", "2:35: 'anonymous' must be true or false, not 'yes'"),
                wrong("tenants: [{name: a, hosts: [x.example]}, {name: b, hosts: [X.example.]}]",
                        "2:60: 'x.example' is a host name of tenant 'a' already"),
                wrong("tenants: [{name: a, hosts: [b.mq.localhost]}]", "2:29: 'b.mq.localhost' is under the domain "
                        + "'mq.localhost', where every name is that of a tenant; leave it out"),
                wrong("tenants: [{name: a, hosts: [[]]}]", "2:29: 'hosts' must be a list of single values"),
                wrong("tenants: [{name: a, users: [{name: u}]}]",
                        "2:36: the user has no 'password' and no 'password-hash'; give one of them"),
                wrong("tenants: [{name: a, users: [{name: u, password: \"\"}]}]",
                        "2:49: 'password' must not be empty"),
                wrong("tenants: [{name: a, users: [{name: u, password: x, password-hash: y}]}]",
                        "2:67: give 'password' or 'password-hash', not both"),
                wrong("tenants: [{name: a, users: [{name: u, password-hash: 5ebe2294ecd0e0f0}]}]", "2:54: "
                        + "'password-hash' must be an Argon2id hash like '$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH' or "
                        + "a bcrypt hash like '$2b$12$...' (60 characters)"),
                wrong("tenants: [{name: a, users: [{name: u, password: x}, {name: u, password: y}]}]",
                        "2:60: there is a user 'u' in this tenant already"),
                wrong("tenants: [{name: a, users: [{name: u, password: x, publish: [\"a#\"]}]}]",
                        "2:62: 'a#' must be a topic filter: "),
                wrong("tenants: [{name: a, users: [{name: u, password: x, subscribe: [$share/g/t]}]}]", "2:64: "
                        + "'$share/g/t' must not start with $share/: allow the topic filter that follows the share "
                        + "name"),
                wrong("tenants: [{name: a, users: [{name: u, password: x, publish: [dev-%c/x]}]}]",
                        "2:62: 'dev-%c/x' must have %u or %c alone between two slashes"),
                wrong("tenants: [{name: a, limits: {connections-max: 0}}]", "2:47: 'connections-max' must be a whole "
                        + "number of connections from 1 to 2147483647, not '0'"),
                wrong("[a]: b", "2:1: a key must be a single word"),
                wrong("domain: \"x", "2:11: this is not YAML: found unexpected end of stream"),
                wrong("domain: *nowhere", "2:9: this is not YAML: found undefined alias nowhere"));
    }

    private static Arguments wrong(String yaml, String problem) {
        return Arguments.of(yaml, problem);
    }

    @ParameterizedTest
    @MethodSource("oneProblemEach")
    void a_problem_has_line_column_and_what_would_be_right(String yaml, String problem) throws Exception {
        List<String> problems = problems("listeners: [{name: a, protocol: mqtts, port: 8883}]\n" + yaml);

        assertThat(problems).hasSize(1);
        if (problem.endsWith(": ")) {
            assertThat(problems.getFirst()).startsWith("gatehouse.yaml:" + problem);
        } else {
            assertThat(problems.getFirst()).isEqualTo("gatehouse.yaml:" + problem);
        }
    }

    static Stream<Arguments> oneProblemOfAListenerEach() {
        return Stream.of(
                wrong("{protocol: mqtt, port: 1}", "2:5: 'name' is missing: 1 to 63 letters, digits, `.`, `-`, `_`"),
                wrong("{name: b, port: 1}", "2:5: 'protocol' is missing: mqtt, mqtts, ws, wss"),
                wrong("{name: b, protocol: mqtt}", "2:5: 'port' is missing: 0 to 65535"),
                wrong("{name: b, protocol: https, port: 1}",
                        "2:25: 'protocol' must be one of mqtt, mqtts, ws, wss, not "
                                + "'https'"),
                wrong("{name: b, protocol: mqtt, port: 65536}",
                        "2:37: 'port' must be a whole number from 0 to 65535, not '65536'"),
                wrong("{name: a b, protocol: mqtt, port: 1}",
                        "2:12: 'name' must be 1 to 63 letters, digits, dots, hyphens and underscores"),
                wrong("{name: a, protocol: mqtt, port: 1}", "2:12: there is a listener 'a' already, in line 1"),
                wrong("{name: b, protocol: mqtt, port: 8883}",
                        "2:37: port 8883 is taken by listener 'a' on 127.0.0.1"),
                wrong("{name: b, protocol: mqtt, host: 0.0.0.0, port: 8883}",
                        "2:52: port 8883 is taken by listener 'a' on 127.0.0.1"),
                wrong("{name: b, protocol: mqtt, host: 'a b', port: 1}", "2:37: 'host' must be an IP address or a host "
                        + "name of this machine; 0.0.0.0 or :: for all of its addresses"),
                wrong("{name: b, protocol: mqtts, port: 1, tenant: t}",
                        "2:49: 'tenant' is for mqtt and ws; on mqtts the server name says the tenant"),
                wrong("{name: b, protocol: mqtt, port: 1, proxy-protocol: required}", "2:56: 'proxy-protocol' needs "
                        + "'trusted-proxies', the addresses of the proxies, for example [10.0.0.0/8]; a PROXY header "
                        + "from anybody else would be a lie"),
                wrong("{name: b, protocol: mqtt, port: 1, trusted-proxies: [10.0.0.1]}",
                        "2:57: 'trusted-proxies' means "
                                + "nothing while 'proxy-protocol' is off; set that to required or optional"),
                wrong("{name: b, protocol: mqtt, port: 1, proxy-protocol: required, trusted-proxies: [10.0.0.1/8]}",
                        "2:84: '10.0.0.1/8' has bits set after the prefix of 8 bits; the network is 10.0.0.0/8"),
                wrong("{name: b, protocol: mqtt, port: 1, proxy-protocol: required, trusted-proxies: [proxy.example]}",
                        "2:84: 'proxy.example' must be an IP address or a range like 10.0.0.0/8 or fd00::/8"),
                wrong("{name: b, protocol: mqtt, port: 1, proxy-protocol: required, trusted-proxies: [10.0.0.0/33]}",
                        "2:84: '10.0.0.0/33' must have a prefix length from 0 to 32 after the slash"));
    }

    @ParameterizedTest
    @MethodSource("oneProblemOfAListenerEach")
    void a_problem_of_a_listener_has_line_column_and_what_would_be_right(String listener, String problem)
            throws Exception {
        String yaml = "listeners: [{name: a, protocol: mqtts, port: 8883},\n    " + listener + "]";

        assertThat(problems(yaml)).containsExactly("gatehouse.yaml:" + problem);
    }

    @Test
    void all_problems_are_told_together_in_the_order_of_the_file() throws Exception {
        assertThat(problems("""
                tenants:
                  - name: acme
                    anonymus: true
                    users: [{name: eric, pasword: x}]
                no-sni: never
                """)).containsExactly(
                "gatehouse.yaml:1:1: there must be at least one listener, for example "
                        + "'listeners: [{name: tls, protocol: mqtts, host: 0.0.0.0, port: 8883}]'",
                "gatehouse.yaml:3:5: unknown key 'anonymus', did you mean 'anonymous'?",
                "gatehouse.yaml:4:20: the user has no 'password' and no 'password-hash'; give one of them",
                "gatehouse.yaml:4:26: unknown key 'pasword', did you mean 'password'?",
                "gatehouse.yaml:5:9: 'no-sni' must be one of refuse, resolve, not 'never'");
    }

    @Test
    void an_empty_file_says_what_it_needs() throws Exception {
        assertThat(problems("# nothing yet\n"))
                .containsExactly("gatehouse.yaml: the file is empty; it needs at least 'listeners'");
    }

    @Test
    void a_missing_file_is_named() {
        assertThat(problemsOf(folder.resolve("missing.yaml"))).containsExactly("missing.yaml: there is no such file");
    }

    @Test
    void a_file_in_another_encoding_is_named() throws Exception {
        Path file = folder.resolve("latin1.yaml");
        Files.write(file, new byte[]{'#', (byte) 0xE4, '\n'});
        assertThat(problemsOf(file)).containsExactly("latin1.yaml: the file is not UTF-8 text");
    }

    @Test
    void a_line_that_is_not_yaml_is_not_quoted() throws Exception {
        assertThat(String.join("", problems("password: hunter2: @\n"))).contains("gatehouse.yaml:1:18")
                .doesNotContain("hunter2");
    }
}
