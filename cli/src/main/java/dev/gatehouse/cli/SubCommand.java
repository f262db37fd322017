package dev.gatehouse.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.gatehouse.client.ClientFault;
import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.Message;
import dev.gatehouse.client.MqttClient;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.TopicFilter;

@Command(name = "sub", description = {"Subscribe at any MQTT broker and print what comes; the options are those of "
        + "mosquitto_sub.", "When a connection that was there is lost, it is made again."})
final class SubCommand implements Callable<Integer> {
    private static final Duration FOREVER = Duration.ofDays(36_500);
    private static final int PAUSE_SECONDS_MAX = 30;

    private final Shell shell;
    @Mixin
    private BrokerArguments broker = new BrokerArguments();
    @Mixin
    private ViaModemArguments way = new ViaModemArguments();

    @Option(names = {"-t",
            "--topic"}, paramLabel = "FILTER", required = true, description = "What to subscribe to; may be "
                    + "given more than once.")
    private List<String> filters = new ArrayList<>();

    @Option(names = {"-q",
            "--qos"}, paramLabel = "QOS", defaultValue = "0", description = "0, 1 or 2; ${DEFAULT-VALUE}.")
    private int qos;

    @Option(names = {"-C", "--count"}, paramLabel = "N", description = "End after so many messages.")
    private @Nullable Long count;

    @Option(names = {"-W", "--wait"}, paramLabel = "SECONDS", description = "End after this time, with exit code 27.")
    private @Nullable Integer seconds;

    @Option(names = "-v", description = "Print the topic in front of each message.")
    private boolean topics;

    @Option(names = {"-N", "--no-eol"}, description = "No line break after each message.")
    private boolean noLineBreak;

    @Option(names = {"-R", "--no-retained"}, description = "Do not print what the server had kept from before.")
    private boolean noRetained;

    private long printed;

    SubCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        Qos level = WillArguments.qos(qos, "-q");
        broker.properties().check(List.of("connect", "will"));
        for (String filter : filters) {
            checkFilter(filter);
        }
        if (count != null && count < 1) {
            throw new CommandFault(Exit.USAGE, "-C is a number of messages from 1 on");
        }
        Deadline end = Deadline.in(seconds == null ? FOREVER : Duration.ofSeconds(seconds));
        try (Way opened = way.open(shell)) {
            int pauseSeconds = 1;
            boolean before = false;
            while (true) {
                try {
                    if (listened(opened, level, end)) {
                        return Exit.OK.code();
                    }
                    throw new CommandFault(Exit.TIMED_OUT, "no more messages within " + seconds + " s");
                } catch (Lost lost) {
                    before = true;
                    pauseSeconds = 1;
                    shell.tell(lost.getMessage() + "; connecting again");
                } catch (CommandFault fault) {
                    if (!before || fault.exit() != Exit.FAILED || end.isOver()) {
                        throw fault;
                    }
                    shell.tell(fault.getMessage() + "; trying again in " + pauseSeconds + " s");
                    TimeUnit.SECONDS.sleep(pauseSeconds);
                    pauseSeconds = Math.min(PAUSE_SECONDS_MAX, pauseSeconds * 2);
                }
            }
        }
    }

    /// A connection that had been there is gone.
    private static final class Lost extends Exception {
        private static final long serialVersionUID = 1L;

        Lost(String message) {
            super(message);
        }
    }

    private static void checkFilter(String filter) throws CommandFault {
        try {
            TopicFilter.parse(filter);
        } catch (ProtocolViolation violation) {
            throw new CommandFault(Exit.USAGE, "-t: " + violation.getMessage(), violation);
        }
    }

    /// @return false at the deadline
    private boolean listened(Way opened, Qos level, Deadline end)
            throws CommandFault, Lost, InterruptedException {
        try (MqttClient client = broker.connect(shell, opened.network().sockets(), opened.resolved())) {
            Thread goodbye = Thread.ofPlatform().unstarted(() -> client.disconnect(ReasonCode.SUCCESS,
                    Deadline.in(Duration.ofSeconds(1))));
            Runtime.getRuntime().addShutdownHook(goodbye);
            try {
                subscribe(client, level);
                boolean done = printAll(client, end);
                client.disconnect(ReasonCode.SUCCESS, broker.deadline());
                return done;
            } finally {
                forget(goodbye);
            }
        }
    }

    private static void forget(Thread goodbye) {
        try {
            Runtime.getRuntime().removeShutdownHook(goodbye);
        } catch (IllegalStateException e) {
            // The process is ending already; it says goodbye itself.
        }
    }

    private void subscribe(MqttClient client, Qos level) throws CommandFault, InterruptedException {
        List<Packet.Subscribe.Request> requests = filters.stream().map(filter -> new Packet.Subscribe.Request(filter,
                level, false, false, Packet.RetainHandling.SEND)).toList();
        Packet.Suback answer;
        try {
            answer = client.subscribe(requests, 0, broker.deadline());
        } catch (IOException e) {
            throw broker.fault(e);
        }
        for (int i = 0; i < filters.size(); i++) {
            ReasonCode reason = answer.reasons().get(i);
            if (reason.isError()) {
                String words = answer.reasonString();
                throw new CommandFault(Exit.FAILED, "the broker refused the subscription to " + filters.get(i)
                        + ": " + ConnectionWords.words(reason) + (words == null ? "" : ": " + words));
            }
        }
    }

    /// @return false at the deadline
    private boolean printAll(MqttClient client, Deadline end) throws Lost, InterruptedException {
        try {
            while (true) {
                Message message = client.receive(end);
                if (message == null) {
                    return false;
                }
                if (noRetained && message.retain()) {
                    continue;
                }
                print(message);
                printed++;
                if (count != null && printed >= count) {
                    return true;
                }
            }
        } catch (ClientFault fault) {
            throw new Lost(String.valueOf(fault.getMessage()));
        }
    }

    private void print(Message message) {
        if (topics) {
            shell.out().print(message.topic() + " ");
        }
        byte[] payload = message.payload().shared();
        shell.out().write(payload, 0, payload.length);
        if (!noLineBreak) {
            shell.out().print('\n');
        }
        shell.out().flush();
    }
}
