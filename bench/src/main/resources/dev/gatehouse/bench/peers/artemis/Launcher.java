import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/// ActiveMQ Artemis, embedded, without a journal; lets everybody in.
public final class Launcher {
    public static void main(String[] args) throws Exception {
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setPersistenceEnabled(false);
        configuration.setSecurityEnabled(false);
        configuration.setCriticalAnalyzer(false);
        configuration.setBrokerInstance(new java.io.File(args[0]));
        configuration.setMaxDiskUsage(-1);
        String fast = "protocols=MQTT;tcpSendBufferSize=1048576;tcpReceiveBufferSize=1048576;connectionTtl=-1";
        configuration.addAcceptorConfiguration("plain", "tcp://127.0.0.1:" + args[1] + "?" + fast);
        configuration.addAcceptorConfiguration("tls", "tcp://127.0.0.1:" + args[2] + "?" + fast
                + ";sslEnabled=true;keyStoreType=PKCS12;keyStorePath=" + args[3] + ";keyStorePassword=" + args[4]
                + ";enabledProtocols=TLSv1.3");
        configuration.addAddressSetting("#", new AddressSettings().setAutoCreateQueues(true)
                .setAutoCreateAddresses(true).setMaxSizeBytes(-1));
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        broker.setConfiguration(configuration);
        broker.start();
        Thread.currentThread().join();
    }
}
