//! Words in and around the names of companies. Lower case unless stated otherwise.

/// Words that delimit an organisation's name in a sentence. Used by `detect`.
pub mod in_sentences {
    use crate::WordList;

    /// Words that never belong to a name, in any spelling: they end a run of capitals.
    pub static STOPS: WordList = WordList::new(|language| &language.names_in_sentences.stops);

    /// Articles that are stripped from the front of a name.
    pub static ARTICLES: WordList = WordList::new(|language| &language.names_in_sentences.articles);

    /// Nouns for kinds of company: they precede its name and are not part of it.
    pub static DESCRIPTORS: WordList =
        WordList::new(|language| &language.names_in_sentences.descriptors);

    /// Trades that precede a descriptor, and as often are inside a name.
    pub static WEAK_DESCRIPTORS: WordList =
        WordList::new(|language| &language.names_in_sentences.weak_descriptors);

    /// Suffixes that make a German or Dutch compound a descriptor.
    pub static DESCRIPTOR_ENDS: WordList =
        WordList::new(|language| &language.names_in_sentences.descriptor_ends);

    /// Peoples and places as adjectives, stripped from the front of a name if more follows.
    pub static ORIGINS: WordList = WordList::new(|language| &language.names_in_sentences.origins);

    /// Job titles, which occur between a company's name and a person's.
    pub static TITLES: WordList = WordList::new(|language| &language.names_in_sentences.titles);

    /// Capitalised words that are not an organisation by themselves.
    pub static GENERIC: WordList = WordList::new(|language| &language.names_in_sentences.generic);

    /// Frequent first names: two or three capitalised words that begin with one are a person.
    pub static FIRST_NAMES: WordList =
        WordList::new(|language| &language.names_in_sentences.first_names);

    /// Small words that may occur inside a name, between capitals; as written.
    pub static JOINERS: WordList = WordList::new(|language| &language.names_in_sentences.joiners);

    /// Suffixes of compounds that describe the name after them.
    pub static ATTRIBUTES: WordList =
        WordList::new(|language| &language.names_in_sentences.attributes);

    /// Abbreviations in names that keep their full stop; as written.
    pub static DOTTED: WordList = WordList::new(|language| &language.names_in_sentences.dotted);

    /// Units that make digits before them a quantity, not a name.
    pub static QUANTITIES: WordList =
        WordList::new(|language| &language.names_in_sentences.quantities);

    /// Words for what companies make, sell or run.
    pub static TRADES: WordList = WordList::new(|language| &language.names_in_sentences.trades);

    /// Words that end a name and cannot be one.
    pub static TAILS: WordList = WordList::new(|language| &language.names_in_sentences.tails);

    /// Words for "and" between two parts of a name, or between two names.
    pub static CONJUNCTIONS: WordList =
        WordList::new(|language| &language.names_in_sentences.conjunctions);

    /// Words for those who own a company together, after a conjunction: a part of its name, and no
    /// name by themselves.
    pub static PARTNERS: WordList = WordList::new(|language| &language.names_in_sentences.partners);

    /// Nouns that head the names of bodies with subjects, which may be two: "Ministry of Health and
    /// Care". The last part of a compound counts too.
    pub static DEPARTMENTS: WordList =
        WordList::new(|language| &language.names_in_sentences.departments);

    /// Joiners before a subject, which may be two: "Institut für Labor und Technik".
    pub static COMPLEMENTS: WordList =
        WordList::new(|language| &language.names_in_sentences.complements);

    /// Nouns that head names and have an article in a sentence: "La Ville de".
    pub static BODIES: WordList = WordList::new(|language| &language.names_in_sentences.bodies);

    /// Titles that names of companies begin with: "Dr. Oetlin".
    pub static HONORIFICS: WordList =
        WordList::new(|language| &language.names_in_sentences.honorifics);

    /// Titles before a surname alone, which is a person: "Mr.".
    pub static ADDRESSES: WordList =
        WordList::new(|language| &language.names_in_sentences.addresses);

    /// Nouns that letters number, so that a capital after them is no initial: "Series A".
    pub static LETTERED: WordList = WordList::new(|language| &language.names_in_sentences.lettered);

    /// Articles of languages that put none before the name of a company: one that is there is part
    /// of the name.
    pub static NAME_ARTICLES: WordList =
        WordList::new(|language| &language.names_in_sentences.name_articles);
}

/// Words that identify the actor of a sentence. Used by `detect`.
pub mod actors {
    use crate::WordList;

    /// Nouns that refer back to the subject of a text.
    pub static BACK_NOUNS: WordList = WordList::new(|language| &language.actors.back_nouns);

    /// Words between a subject and its verb.
    pub static BETWEEN: WordList = WordList::new(|language| &language.actors.between);

    /// Words that attach a name to the preceding words: it is not the subject.
    pub static ATTACHING: WordList = WordList::new(|language| &language.actors.attaching);

    /// Words between a company and its place of origin.
    pub static PLACING: WordList = WordList::new(|language| &language.actors.placing);

    /// German words that begin a clause and are not the subject.
    pub static FRONTING: WordList = WordList::new(|language| &language.actors.fronting);

    /// Words that begin an apposition.
    pub static APPOSITIONS: WordList = WordList::new(|language| &language.actors.appositions);

    /// Words that follow the name at the beginning of a clause: verbs of saying, or a place.
    pub static OPENINGS: WordList = WordList::new(|language| &language.actors.openings);

    /// Verbs that attribute a quotation to its speaker.
    pub static ATTRIBUTIONS: WordList = WordList::new(|language| &language.actors.attributions);

    /// Words by which a company refers to itself.
    pub static WE: WordList = WordList::new(|language| &language.actors.we);

    /// Verbs in the third person of the singular: their subject is one company.
    pub static SINGULAR: WordList = WordList::new(|language| &language.actors.singular);

    /// The same verbs in the plural.
    pub static PLURAL: WordList = WordList::new(|language| &language.actors.plural);
}

/// Words that matter when names of companies are compared. Used by `resolve`, as lower-case ASCII
/// words.
pub mod compared {
    use std::sync::LazyLock;

    use crate::WordList;
    use crate::word_list::pairs;

    /// Words that describe rather than distinguish: names that differ only in them are ambiguous.
    pub static WEAK: WordList = WordList::new(|language| &language.names_compared.weak);

    /// Words that identify no particular company if they are the whole name.
    pub static GENERIC: WordList = WordList::new(|language| &language.names_compared.generic);

    /// Words that mean only that it is a company.
    pub static EMPTY: WordList = WordList::new(|language| &language.names_compared.empty);

    /// Words that mean "and" between two words of a name.
    pub static AND: WordList = WordList::new(|language| &language.names_compared.and);

    /// Prefixes added to a name whose bare domain is taken.
    pub static LABEL_STARTS: WordList =
        WordList::new(|language| &language.names_compared.label_starts);

    /// Suffixes added to a name whose bare domain is taken.
    pub static LABEL_ENDS: WordList = WordList::new(|language| &language.names_compared.label_ends);

    /// Words that contribute no letter to initials.
    pub static LEFT_OUT_OF_INITIALS: WordList =
        WordList::new(|language| &language.names_compared.left_out_of_initials);

    /// Pairs of spellings of one word: a variant and the usual one.
    pub static SPELLINGS: LazyLock<Vec<(&'static str, &'static str)>> =
        LazyLock::new(|| pairs(|language| &language.names_compared.spellings));

    /// Two words that are mostly written as initials, and the initials.
    pub const INITIALS: [(&str, &str, &str); 3] =
        [("united", "kingdom", "uk"), ("united", "nations", "un"), ("united", "states", "us")];
}
