import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One node of a cluster of OpenSearch on this machine, in a process of its own, so that it can be killed. */
public class Node {
  /** Number of the node, folder, port of HTTP of node 1, how many nodes there are; a name of certificates, for TLS. */
  public static void main(String[] given) throws Exception {
    int number = Integer.parseInt(given[0]), http = Integer.parseInt(given[2]), nodes = Integer.parseInt(given[3]);
    String[] names = new String[nodes], hosts = new String[nodes];
    for (int i = 0; i < nodes; i++) {
      names[i] = "node-" + (i + 1);
      hosts[i] = "127.0.0.1:" + (http + 100 + i);
    }
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild((index, settings) -> {
      settings.put("discovery.type", "zen");  // the runner's own choice for one node goes with no other nodes
      settings.put("node.name", names[number - 1]);
      settings.put("http.port", String.valueOf(http + number - 1));
      settings.put("transport.port", String.valueOf(http + 100 + number - 1));
      settings.putList("discovery.seed_hosts", hosts);
      settings.putList("cluster.initial_cluster_manager_nodes", names);
      settings.putList("path.repo", given[1] + "/snapshots");
      settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
      settings.put("rest.action.multi.allow_explicit_index", "false");  // as hardened clusters have it
      if (given.length > 4) {
        for (String layer : new String[] {"transport", "http"}) {
          String ssl = "plugins.security.ssl." + layer + ".";
          settings.put(ssl + "enabled", "true");
          settings.put(ssl + "pemcert_filepath", given[4] + ".pem");
          settings.put(ssl + "pemkey_filepath", given[4] + ".key");
          settings.put(ssl + "pemtrustedcas_filepath", "ca.pem");
        }
        settings.put("plugins.security.allow_default_init_securityindex", "true");
        settings.putList("plugins.security.nodes_dn", "CN=" + given[4]);
      }
    });
    OpenSearchRunner.Configs configs = OpenSearchRunner.newConfigs().clusterName("onneshon-" + http).numOfNode(1)
        .basePath(given[1] + "/node-" + number).baseHttpPort(http + number - 2);
    if (given.length > 4) {
      configs.pluginTypes("org.opensearch.security.OpenSearchSecurityPlugin");
    }
    runner.build(configs);
    Thread.currentThread().join();
  }
}
