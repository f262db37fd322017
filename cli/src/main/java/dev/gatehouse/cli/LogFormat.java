package dev.gatehouse.cli;

import java.nio.charset.StandardCharsets;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/// Sets up the log: one line for each message on standard error, since standard output belongs to what the command prints.
/// Logback finds it by its name in `META-INF/services`, when the first logger is made.
///
/// Code and not `logback.xml`, because reading XML takes as long as opening the store does. Another setting still can be
/// given with `-Dlogback.configurationFile=FILE`.
public final class LogFormat extends ContextAwareBase implements Configurator {
    /// With this level, `DEBUG` or `INFO`.
    static final String LEVEL = "gatehouse.log.level";
    /// A control character in a message could move the cursor.
    private static final String LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger{0}: "
            + "%replace(%msg){'\\p{Cntrl}', ' '}%n%ex";

    /// For Logback.
    public LogFormat() {}

    @Override
    public ExecutionStatus configure(LoggerContext logs) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(logs);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setPattern(LINE);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(logs);
        appender.setName("standard-error");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        // Netty's details are dumps of what goes over the wire, passwords included: never below INFO.
        logs.getLogger("io.netty").setLevel(Level.INFO);
        ch.qos.logback.classic.Logger root = logs.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getProperty(LEVEL), Level.INFO));
        root.addAppender(appender);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
