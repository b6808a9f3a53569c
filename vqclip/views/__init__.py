"""What a person looks at: contact sheets, galleries, pages."""
