package dev.gatehouse.simulator.modem;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.net.TlsPlan;

/// `AT+CSSLCFG`: ten ways of speaking TLS. Out of the box a modem checks no certificate and sends no server name.
final class TlsContexts {
    private static final int CONTEXTS = 10;
    private static final int MILLIS_PER_SECOND = 1000;
    private static final String V1 = "TLSv1";
    private static final String V1_1 = "TLSv1.1";
    private static final String V1_2 = "TLSv1.2";

    private final Board board;
    private final Files files;
    private final ModemClock clock;
    private final List<Context> contexts = IntStream.range(0, CONTEXTS).mapToObj(_ -> new Context()).toList();

    private static final class Context {
        private int version = 4;
        private int authentication;
        private boolean ignoresDates = true;
        private int seconds = 300;
        private String authorities = "";
        private String certificate = "";
        private String key = "";
        private String password = "";
        private boolean serverName;

        private void reset() {
            version = 4;
            authentication = 0;
            ignoresDates = true;
            seconds = 300;
            authorities = "";
            certificate = "";
            key = "";
            password = "";
            serverName = false;
        }
    }

    /// A certificate or key that is needed is not there.
    static final class Missing extends Exception {
        Missing(String what) {
            super(what);
        }
    }

    TlsContexts(Board board, Files files, ModemClock clock, Commands commands) {
        this.board = board;
        this.files = files;
        this.clock = clock;
        String range = Stream.of("\"sslversion\",(0-9),(0-4)", "\"authmode\",(0-9),(0-3)",
                "\"ignorelocaltime\",(0-9),(0,1)", "\"negotiatetime\",(0-9),(10-300)", "\"cacert\",(0-9),(5-108)",
                "\"clientcert\",(0-9),(5-108)", "\"clientkey\",(0-9),(5-108)", "\"enableSNI\",(0-9),(0,1)")
                .map(each -> "+CSSLCFG: " + each).collect(Collectors.joining("\r\n"));
        commands.on("+CSSLCFG", range, this::configure);
    }

    void rebooted() {
        contexts.forEach(Context::reset);
    }

    /// How to speak TLS with a host.
    TlsPlan plan(int number, String host) throws Missing {
        Context context = contexts.get(number);
        boolean server = context.authentication == 1 || context.authentication == 2;
        boolean client = context.authentication >= 2;
        String authorities = server ? file(context.authorities) : null;
        TlsPlan.Identity identity = client
                ? new TlsPlan.Identity(file(context.certificate), file(context.key))
                : null;
        String serverName = context.serverName && !board.faults().leavesOutServerName() ? host : null;
        return new TlsPlan(versions(context.version), serverName, authorities,
                server && !context.ignoresDates ? clock.now() : null, identity, context.seconds * MILLIS_PER_SECOND);
    }

    private static List<String> versions(int setting) {
        return switch (setting) {
            case 1 -> List.of(V1);
            case 2 -> List.of(V1_1);
            case 3 -> List.of(V1_2);
            case 4 -> List.of(V1_2, V1_1, V1);
            default -> List.of();
        };
    }

    private String file(String name) throws Missing {
        @Nullable
        String content = files.content(name);
        if (content == null) {
            throw new Missing(name.isEmpty() ? "no file is set" : "there is no file " + name);
        }
        return content;
    }

    private void configure(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.block(IntStream.range(0, CONTEXTS).mapToObj(this::described).toList()).ok();
            return;
        }
        Arguments arguments = call.arguments();
        if (arguments.count() == 1) {
            call.line(described(arguments.number(0, 0, CONTEXTS - 1))).ok();
            return;
        }
        Context context = contexts.get(arguments.number(1, 0, CONTEXTS - 1));
        switch (arguments.text(0).toLowerCase(Locale.ROOT)) {
            case "sslversion" -> context.version = arguments.number(2, 0, 4);
            case "authmode" -> context.authentication = arguments.number(2, 0, 3);
            case "ignorelocaltime" -> context.ignoresDates = arguments.number(2, 0, 1) == 1;
            case "negotiatetime" -> context.seconds = arguments.number(2, 10, 300);
            case "cacert" -> context.authorities = fileName(arguments);
            case "clientcert" -> context.certificate = fileName(arguments);
            case "clientkey" -> context.key = fileName(arguments);
            case "password", "keypwd" -> context.password = arguments.text(2, 0, 128);
            case "enablesni" -> context.serverName = arguments.number(2, 0, 1) == 1;
            case "ignorecertcn" -> {
                // The name in a certificate is never looked at.
                int _ = arguments.number(2, 0, 1);
            }
            case "ciphersuites" -> {
                if (!arguments.has(2)) {
                    throw new Rejected();
                }
            }
            default -> throw new Rejected();
        }
        call.ok();
    }

    private String fileName(Arguments arguments) {
        String name = arguments.text(2, 5, board.profile().fileNameBytesMax());
        if (files.content(name) == null) {
            board.note("there is no file " + name + " yet");
        }
        return name;
    }

    private String described(int number) {
        Context context = contexts.get(number);
        Function<String, String> quoted = text -> "\"" + text + "\"";
        List<Object> fields = board.profile().isA76xx()
                ? Arrays.asList(number, context.version, context.authentication, context.ignoresDates ? 1 : 0,
                        context.seconds, quoted.apply(context.authorities), quoted.apply(context.certificate),
                        quoted.apply(context.key), quoted.apply(context.password), context.serverName ? 1 : 0)
                : Arrays.asList(number, context.version, context.authentication, context.ignoresDates ? 1 : 0,
                        context.seconds, quoted.apply(context.authorities), quoted.apply(context.certificate),
                        quoted.apply(context.key), context.serverName ? 1 : 0, quoted.apply(context.password), "0x0");
        return "+CSSLCFG: " + String.join(",", fields.stream().map(String::valueOf).toList());
    }
}
