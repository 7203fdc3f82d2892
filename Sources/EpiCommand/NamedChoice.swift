package import ArgumentParser

/// An option's value that is one of a few words.
///
/// Help lists the words by this, not by the key paths that swift-argument-parser takes otherwise, which are made at run time: for
/// three options that is a twentieth of all that a processor does for a search, from exec to exit.
package protocol NamedChoice: ExpressibleByArgument, CaseIterable, RawRepresentable where RawValue == String {}

extension NamedChoice {
  package static var allValueStrings: [String] { allCases.map { $0.rawValue } }

  /// None: each word speaks for itself.
  package static var allValueDescriptions: [String: String] { [:] }
}
