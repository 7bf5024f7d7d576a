import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.bn.BengaliAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** Writes, for each line of standard input, what BengaliAnalyzer makes of it: its tokens on one line. */
public final class Tokens {
  private Tokens() {}

  public static void main(String[] arguments) throws IOException {
    var reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var writer = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
    try (Analyzer analyzer = new BengaliAnalyzer()) {
      for (String line; (line = reader.readLine()) != null; ) {
        writer.write(tokens(analyzer, line));
        writer.newLine();
      }
    }
    writer.flush();
  }

  private static String tokens(Analyzer analyzer, String line) throws IOException {
    var words = new StringBuilder();
    try (TokenStream stream = analyzer.tokenStream("text", line)) {
      var word = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        words.append(words.isEmpty() ? "" : " ").append(word);
      }
      stream.end();
    }
    return words.toString();
  }
}
