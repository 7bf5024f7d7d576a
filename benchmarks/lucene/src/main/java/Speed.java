import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.bn.BengaliAnalyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Lucene as a peer of benchmarks/speed; speaks what benchmarks/speed/worker.py speaks.
 *
 * <p>{@code build terms DIR} indexes terms that come analysed, {@code build bengali DIR} the texts through
 * BengaliAnalyzer; {@code serve DIR QUERIES} answers the name of a class of queries by the milliseconds of each.
 */
public final class Speed {
  private static final int BLOCK = 2000;
  private static final String[] LAYERS = {"title_exact", "title_stem", "body_exact", "body_stem"};

  private Speed() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("build")) {
      build(arguments[1].equals("bengali"), Path.of(arguments[2]));
    } else {
      serve(Path.of(arguments[1]), Path.of(arguments[2]));
    }
  }

  private static BufferedReader input() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 20);
  }

  private static FieldType type(boolean positions) {
    var type = new FieldType();
    type.setIndexOptions(positions ? IndexOptions.DOCS_AND_FREQS_AND_POSITIONS : IndexOptions.DOCS_AND_FREQS);
    type.setTokenized(true);
    type.freeze();
    return type;
  }

  private static void build(boolean bengali, Path path) throws IOException {
    Analyzer analyzer = bengali ? new BengaliAnalyzer() : new WhitespaceAnalyzer();
    var config = new IndexWriterConfig(analyzer).setSimilarity(new BM25Similarity(1.2f, 0.75f));
    config.setRAMBufferSizeMB(256);
    config.setMergeScheduler(new SerialMergeScheduler()); // a thread would merge unseen, while rows are read
    long nanoseconds = 0;
    try (var reader = input(); Directory directory = FSDirectory.open(path);
        var writer = new IndexWriter(directory, config)) {
      for (List<String[]> rows; !(rows = block(reader)).isEmpty(); ) {
        long start = System.nanoTime();
        for (String[] row : rows) {
          writer.addDocument(document(row, bengali));
        }
        nanoseconds += System.nanoTime() - start;
      }
      long start = System.nanoTime();
      writer.forceMerge(1);
      writer.commit();
      nanoseconds += System.nanoTime() - start;
    }
    System.out.printf(Locale.ROOT, "%.6f %d%n", nanoseconds / 1e9, peakMegabytes());
  }

  private static List<String[]> block(BufferedReader reader) throws IOException {
    List<String[]> rows = new ArrayList<>();
    for (String line; rows.size() < BLOCK && (line = reader.readLine()) != null; ) {
      rows.add(line.split("\t", -1));
    }
    return rows;
  }

  private static final FieldType WITH_POSITIONS = type(true);
  private static final FieldType FREQUENCIES = type(false);

  private static Document document(String[] row, boolean bengali) {
    var document = new Document();
    document.add(new StringField("id", row[0], Field.Store.YES));
    document.add(new StoredField("title", row[1]));
    document.add(new StoredField("body", row[2]));
    if (bengali) {
      document.add(new Field("title_stem", row[1], WITH_POSITIONS));
      document.add(new Field("body_stem", row[2], WITH_POSITIONS));
      return document;
    }
    for (int layer = 0; layer < LAYERS.length; layer++) {
      boolean positions = LAYERS[layer].endsWith("stem");
      document.add(new Field(LAYERS[layer], row[3 + layer], positions ? WITH_POSITIONS : FREQUENCIES));
    }
    return document;
  }

  private static long peakMegabytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D+", "")) / 1024;
        }
      }
    }
    return Runtime.getRuntime().totalMemory() >> 20;
  }

  private static void serve(Path path, Path file) throws IOException {
    Map<String, List<Query>> queries = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] row = line.split("\t", -1);
      queries.computeIfAbsent(row[0], kind -> new ArrayList<>()).add(query(row[0], row[2].split(" "), row[3].split(" ")));
    }
    long start = System.nanoTime();
    try (var reader = DirectoryReader.open(FSDirectory.open(path)); var requests = input()) {
      var searcher = new IndexSearcher(reader);
      searcher.setSimilarity(new BM25Similarity(1.2f, 0.75f));
      searcher.setQueryCache(null);
      ids(searcher, queries.get("2 OR").get(0));
      System.out.printf(Locale.ROOT, "%.4f%n", (System.nanoTime() - start) / 1e6);
      for (String kind; (kind = requests.readLine()) != null; ) {
        System.out.println(milliseconds(searcher, queries.getOrDefault(kind, List.of())));
      }
    }
  }

  private static String milliseconds(IndexSearcher searcher, List<Query> queries) throws IOException {
    var times = new StringJoiner(" ");
    for (Query query : queries) {
      long start = System.nanoTime();
      ids(searcher, query);
      times.add(String.format(Locale.ROOT, "%.4f", (System.nanoTime() - start) / 1e6));
    }
    return times.toString();
  }

  private static List<String> ids(IndexSearcher searcher, Query query) throws IOException {
    List<String> ids = new ArrayList<>();
    var stored = searcher.storedFields();
    for (ScoreDoc hit : searcher.search(query, 10).scoreDocs) {
      ids.add(stored.document(hit.doc, Set.of("id")).get("id"));
    }
    return ids;
  }

  private static Query query(String kind, String[] exact, String[] stem) {
    var query = new BooleanQuery.Builder();
    if (kind.equals("phrase")) {
      query.add(new PhraseQuery("title_stem", stem), Occur.SHOULD);
      query.add(new PhraseQuery("body_stem", stem), Occur.SHOULD);
    } else if (kind.equals("prefix")) {
      query.add(new PrefixQuery(new Term("title_exact", exact[0])), Occur.SHOULD);
      query.add(new PrefixQuery(new Term("body_exact", exact[0])), Occur.SHOULD);
    } else {
      for (int word = 0; word < exact.length; word++) {
        query.add(word(exact[word], stem[word]), kind.endsWith("AND") ? Occur.MUST : Occur.SHOULD);
      }
    }
    return query.build();
  }

  private static Query word(String exact, String stem) {
    var word = new BooleanQuery.Builder();
    for (String layer : LAYERS) {
      word.add(new TermQuery(new Term(layer, layer.endsWith("stem") ? stem : exact)), Occur.SHOULD);
    }
    return word.build();
  }
}
