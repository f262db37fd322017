import java.nio.file.Files;
import java.nio.file.Path;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;

/// HiveMQ Community Edition, embedded; lets everybody in.
public final class Launcher {
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Files.writeString(conf.resolve("config.xml"), """
                <?xml version="1.0"?>
                <hivemq>
                  <listeners>
                    <tcp-listener><port>%s</port><bind-address>127.0.0.1</bind-address></tcp-listener>
                    <tls-tcp-listener>
                      <port>%s</port><bind-address>127.0.0.1</bind-address>
                      <tls>
                        <protocols><protocol>TLSv1.3</protocol></protocols>
                        <keystore><path>%s</path><password>%s</password><private-key-password>%4$s</private-key-password></keystore>
                      </tls>
                    </tls-tcp-listener>
                  </listeners>
                  <mqtt>
                    <receive-maximum><server-receive-maximum>65535</server-receive-maximum></receive-maximum>
                    <queued-messages><max-queue-size>1000000</max-queue-size></queued-messages>
                  </mqtt>
                  <persistence><mode>%5$s</mode></persistence>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """.formatted(args[1], args[2], args[3], args[4], args[5]));
        EmbeddedExtension everybody = EmbeddedExtension.builder().withId("everybody").withName("everybody")
                .withVersion("1").withAuthor("bench").withPriority(0).withStartPriority(1000)
                .withExtensionMain(new Everybody()).build();
        EmbeddedHiveMQ.builder().withConfigurationFolder(conf)
                .withDataFolder(Files.createDirectories(folder.resolve("data")))
                .withExtensionsFolder(Files.createDirectories(folder.resolve("extensions")))
                .withEmbeddedExtension(everybody).build().start().join();
        Thread.currentThread().join();
    }

    private static final class Everybody implements ExtensionMain {
        @Override
        public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
            SimpleAuthenticator yes = (in, out) -> out.authenticateSuccessfully();
            Services.securityRegistry().setAuthenticatorProvider(in -> yes);
        }

        @Override
        public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
        }
    }
}
